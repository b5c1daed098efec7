"""Catalogues: what our PO reader understands, and that the kernel's own is complete."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import marshmallow
import pytest
from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.pofile import read_po as babel_read_po
from babel.messages.pofile import write_po
from hypothesis import given
from hypothesis import strategies as st

import kernel
from kernel.errors import Problem
from kernel.i18n.catalogs import Catalog, catalog, placeholders, read_po

TEXT = st.text('abآپ\u200c{}#%"\\\n\t ', min_size=1, max_size=30)


@given(st.dictionaries(TEXT.filter(str.strip), TEXT.filter(str.strip), max_size=8))
def test_reads_what_babel_writes(messages: dict[str, str]) -> None:
    written, buffer = BabelCatalog(locale="fa"), BytesIO()
    for source, translation in messages.items():
        written.add(source, translation)
    write_po(buffer, written, width=40)
    assert dict(read_po(buffer.getvalue().decode())) == messages


def test_passes_over_fuzzy_obsolete_and_empty_entries() -> None:
    text = """
msgid "used"
msgstr "یک"
#, fuzzy
msgid "guessed"
msgstr "دو"

msgid "empty"
msgstr ""

msgctxt "menu"
msgid "open"
msgstr "باز"

msgid "one"
msgid_plural "many"
msgstr[0] "یکی"
msgstr[1] "چندتا"

#~ msgid "gone"
#~ msgstr "رفته"
"""
    assert dict(read_po(text)) == {"used": "یک", "open": "باز", "one": "یکی"}


def test_rendered_messages_find_the_most_literal_template() -> None:
    texts = Catalog(
        {"Less than {x}.": "کمتر از {x}.", "Less than or equal to {x}.": "حداکثر {x}.", "{a} is {a}": "{a}"}
    )
    assert texts.get_rendered("Less than or equal to 5.") == "حداکثر 5."
    assert texts.get_rendered("Less than 5.") == "کمتر از 5."
    assert texts.get_rendered("b is b") == "b"
    assert texts.get_rendered("b is c") is None


def test_an_addon_without_a_package_has_an_empty_catalogue() -> None:
    assert catalog("no_such_addon", "fa").messages == {}
    assert catalog("kernel", "en").messages == {}


def test_an_addon_ships_its_catalogue_in_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "asoud_shiptest" / "translations" / "fa" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "asoud_shiptest" / "__init__.py").touch()
    (folder / "messages.po").write_text('msgid "Hello"\nmsgstr "درود"\n', "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert catalog("shiptest", "fa").get("Hello") is None
    importlib.import_module("asoud_shiptest")
    assert catalog("shiptest", "fa").get("Hello") == "درود"
    del sys.modules["asoud_shiptest"]


def _kernel_classes(base: type[Any]) -> set[type[Any]]:
    """``base`` and every class below it that stands in the kernel."""
    for module in pkgutil.walk_packages(kernel.__path__, "kernel."):
        importlib.import_module(module.name)

    def below(kind: type[Any]) -> set[type[Any]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    return {kind for kind in below(base) if kind.__module__.startswith("kernel.")}


def _spoken() -> set[str]:
    """The literal texts that the kernel's code translates."""
    places = {"translate": 0, "gettext": 0, "_": 0, "lazy": 0, "Message": 1, "Invalid": 1, "permission": 1, "role": 1}
    texts = set()
    for path in Path(kernel.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
                argument = node.args[places[node.func.id] :][:1]
                texts |= {each.value for each in argument if isinstance(each, ast.Constant)}
    return texts


def test_every_problem_of_the_kernel_has_a_persian_title() -> None:
    titles = {problem.title for problem in _kernel_classes(Problem)}
    assert titles - catalog("kernel", "fa").messages.keys() == set()


def test_every_message_of_the_kernels_code_and_fields_is_translated() -> None:
    fields = _kernel_classes(marshmallow.fields.Field)
    texts = _spoken() | {str(text) for field in fields for text in field.default_error_messages.values()}
    rest = {text for text in texts if not text.startswith("kernel.") and "formatted" not in text}
    assert rest - catalog("kernel", "fa").messages.keys() == set()


def _field_messages() -> set[str]:
    fields = {item for item in vars(marshmallow.fields).values() if isinstance(item, type)}
    messages = {
        text
        for field in fields
        if issubclass(field, marshmallow.fields.Field)
        for rule, text in field.default_error_messages.items()
        if rule != "format"  # said while dumping, which a client never sees
    }
    return {text for text in messages if not {"obj_type", "awareness"} & placeholders(text)}


def test_every_message_of_marshmallow_is_translated() -> None:
    assert _field_messages() - catalog("kernel", "fa").messages.keys() == set()


def test_translations_keep_the_placeholders() -> None:
    texts = catalog("kernel", "fa").messages
    assert {source for source, target in texts.items() if placeholders(source) != placeholders(target)} == set()


def test_the_kernels_catalogue_is_well_formed_for_gettext_tools() -> None:
    path = Path(kernel.__file__).parent / "translations" / "fa" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as stream:
        parsed = babel_read_po(stream, locale="fa", abort_invalid=True)
    assert {message.id: message.string for message in parsed if message.id} == catalog("kernel", "fa").messages
