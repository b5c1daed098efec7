"""Translating in requests, jobs and addons."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, ValidationError, fields, validate

from config import settings
from kernel import i18n
from kernel.context import in_addon
from kernel.errors import NotFound
from kernel.i18n import (
    LANGUAGES,
    catalogs,
    choose_language,
    current_language,
    gettext,
    lazy,
    set_locale,
    translate,
    translate_rendered,
)

PERSIAN = "چنین چیزی اینجا وجود ندارد."


@pytest.fixture
def app() -> Flask:
    app = Flask("i18n_test")
    platform: Any = SimpleNamespace(settings=SimpleNamespace(default_language="fa"))
    app.extensions["asoud"] = platform
    i18n.init_app(app, platform)
    app.add_url_rule("/title", "title", lambda: NotFound().to_dict())
    app.add_url_rule("/silent", "silent", lambda: "")
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        (None, "fa"),
        ("", "fa"),
        ("en", "en"),
        ("en-GB", "en"),
        ("fa-IR,fa;q=0.9,en;q=0.8", "fa"),
        ("en;q=0.9,fa;q=0.2", "en"),
        ("de, fr", "fa"),
        ("de, en;q=0.1", "en"),
        ("*", "fa"),
        (";;;q=x,,", "fa"),
    ],
)
def test_accept_language(client: FlaskClient, wish: str | None, language: str) -> None:
    assert choose_language(wish, "fa") == language
    answer = client.get("/title", headers={} if wish is None else {"Accept-Language": wish})
    assert answer.headers["Content-Language"] == language
    assert answer.vary.find("Accept-Language") >= 0
    assert (answer.json or {})["title"] == (PERSIAN if language == "fa" else NotFound.title)


def test_an_answer_without_words_does_not_vary(client: FlaskClient) -> None:
    answer = client.get("/silent", headers={"Accept-Language": "en"})
    assert "Vary" not in answer.headers
    assert "Content-Language" not in answer.headers


def test_set_locale_nests_and_outweighs_the_request(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        with set_locale("fa-IR") as language:
            assert language == current_language() == "fa"
            with set_locale("en"):
                assert translate(NotFound.title) == NotFound.title
            assert gettext(NotFound.title) == PERSIAN
            with set_locale(None):
                assert current_language() == "fa"
        assert current_language() == "en"


def test_jobs_speak_the_sites_language_and_bare_code_the_source(app: Flask) -> None:
    assert translate(NotFound.title) == NotFound.title
    with app.app_context():
        assert translate(NotFound.title) == PERSIAN
    with Flask("bare").app_context():
        assert current_language() == "en"


def test_every_language_that_we_speak_can_be_the_sites() -> None:
    assert settings._CHOICES["default_language"] == LANGUAGES


@pytest.fixture
def greeter(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"Hi {name}": "سلام {name}", "Bad {name}": "بد {other}", NotFound.title: "نیست"}
    monkeypatch.setitem(catalogs._catalogs, ("greeter", "fa"), catalogs.Catalog(texts))


@pytest.mark.usefixtures("greeter")
def test_the_running_addons_catalogue_comes_first() -> None:
    with set_locale("fa"):
        assert translate("Hi {name}", name="سارا") == "Hi سارا"
        with in_addon("greeter"):
            assert translate("Hi {name}", name="سارا") == "سلام سارا"
            assert translate(NotFound.title) == "نیست"
            assert translate("Not a valid list.") == "فهرست معتبری نیست."
            assert translate("unknown {x}", x=1) == "unknown 1"


@pytest.mark.usefixtures("greeter")
def test_a_translators_slip_falls_back_to_the_source() -> None:
    with set_locale("fa"), in_addon("greeter"):
        assert translate("Bad {name}", name="x") == "Bad x"


def test_a_problem_is_titled_by_its_own_addon(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = type("Lost", (NotFound,), {"title": "Lost.", "__module__": "asoud_lostfound.problems"})
    monkeypatch.setitem(catalogs._catalogs, ("lostfound", "fa"), catalogs.Catalog({"Lost.": "گم شد."}))
    with set_locale("fa"):
        assert problem().to_dict()["title"] == "گم شد."


def test_lazy_text_translates_when_shown_and_knows_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogs._catalogs, ("shop", "fa"), catalogs.Catalog({"Rate {n}": "نرخ {n}"}))
    monkeypatch.setitem(globals(), "__name__", "asoud_shop.settings")
    label = lazy("Rate {n}", n=3)
    with set_locale("fa"):
        assert str(label) == "نرخ 3"
    with set_locale("en"):
        assert f"{label}" == "Rate 3"
    assert repr(label) == "lazy('Rate {n}')"


class Order(Schema):
    count = fields.Integer(validate=validate.Range(min=1, max=9))
    code = fields.String(required=True, validate=validate.Length(min=3))
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    at = fields.DateTime()


def test_marshmallows_messages_with_values_are_translated() -> None:
    with pytest.raises(ValidationError) as caught:
        Order().load({"count": 12, "code": "x", "kind": "c", "at": "never", "more": 1})
    errors: dict[str, list[str]] = caught.value.normalized_messages()
    with set_locale("fa"):
        shown = {name: translate_rendered(messages[0]) for name, messages in errors.items()}
    assert shown == {
        "count": "باید بزرگ‌تر یا مساوی 1 و کوچک‌تر یا مساوی 9 باشد.",
        "code": "کوتاه‌تر از کمترین طول (3) است.",
        "kind": "باید یکی از این‌ها باشد: a, b.",
        "at": "تاریخ و زمان معتبری نیست.",
        "more": "فیلد ناشناخته است.",
    }
    with set_locale("en"):
        assert translate_rendered("Shorter than minimum length 3.") == "Shorter than minimum length 3."
    with set_locale("fa"):
        assert translate_rendered("Nobody wrote this.") == "Nobody wrote this."
