"""`asoud settings ...`: what addons let an operator set."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import click

from kernel.cli.session import json_option, show, with_app
from kernel.errors import OperatorError, ValidationFailed
from kernel.i18n import SOURCE_LANGUAGE, set_locale
from kernel.preferences import UnknownSetting
from kernel.preferences.declared import DeclaredSettings
from kernel.preferences.schemas import described
from kernel.preferences.scopes import SITE, Place, SettingScope
from kernel.runtime import platform

COLUMNS = ("name", "value", "source", "description")
_SET, _UNSET = "(set)", "(not set)"


class ScopeType(click.ParamType[Place]):
    """``market:0192...`` as a place."""

    name = "scope:id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        """Read the place. Fails with wrong usage (exit code 2) unless it is a name, a colon and an id."""
        scope, _, text = str(value).partition(":")
        try:
            return Place(scope, str(UUID(text)))
        except ValueError:
            self.fail(f"{value!r} is not <scope>:<id>, as in market:01920000-0000-7000-8000-000000000000.", param, ctx)


_NEGATIVE = re.compile(r"-\d+(\.\d+)?")

scope_option = click.option("--scope", "place", type=ScopeType(), help="One object instead of the whole site.")


@click.group()
def settings() -> None:
    """See and change the settings of addons."""


@settings.command("list")
@click.argument("addon", required=False)
@scope_option
@json_option
@with_app
def list_settings(addon: str | None, place: Place | None, as_json: bool) -> None:
    """List settings, of all addons or of one."""
    place = _existing(place)
    declared = list(platform.preferences.all_declared()) if addon is None else [_declared(addon)]
    show([row for item in declared for row in _rows(item, place)], COLUMNS, as_json=as_json)


@settings.command("get")
@click.argument("name")
@scope_option
@json_option
@with_app
def get_setting(name: str, place: Place | None, as_json: bool) -> None:
    """Print the value of NAME, such as loyalty.rate."""
    declared, _ = _find(name)
    row = next(row for row in _rows(declared, _existing(place), everything=True) if row["name"] == name)
    click.echo(json.dumps(row, ensure_ascii=False, default=str) if as_json else _text(row["value"]))


class _WithNegatives(click.Command):
    """Takes ``-5`` for a value instead of an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put negative numbers behind the mark that ends all options."""
        values = [] if "--" in args else [each for each in args if _NEGATIVE.fullmatch(each)]
        rest = [each for each in args if each not in values]
        return super().parse_args(ctx, [*rest, "--", *values] if values else rest)


@settings.command("set", cls=_WithNegatives)
@click.argument("name")
@click.argument("value", required=False)
@click.option("--reset", is_flag=True, help="Go back to the site's value, or to the default.")
@scope_option
@with_app
def set_setting(name: str, value: str | None, reset: bool, place: Place | None) -> None:
    """Set NAME to VALUE (JSON, or plain text); a secret is asked for when VALUE is left out."""
    declared, short = _find(name)
    if reset and value is not None:
        raise click.UsageError("Give a value or --reset, not both.")
    if not reset and value is None:
        if not declared.is_secret(short):
            raise click.UsageError("Give a value, or --reset.")
        value = click.prompt(name, hide_input=True, confirmation_prompt=True)
    values = {} if value is None else {short: _value(declared, short, value)}
    _change(declared, values, [short] if reset else [], _existing(place))
    click.echo(f"{name}: {'reset' if reset else 'set'}; every process follows within a second.")


def _change(declared: DeclaredSettings, values: dict[str, Any], reset: list[str], place: Place) -> None:
    try:
        with set_locale(SOURCE_LANGUAGE):
            platform.preferences.change(declared.addon, values, reset=reset, place=place)
    except ValidationFailed as problem:
        wrong = "; ".join(f"{declared.addon}.{e.pointer.removeprefix('/values/')}: {e.message}" for e in problem.errors)
        raise OperatorError(f"{wrong} Nothing was changed.") from None


def _value(declared: DeclaredSettings, name: str, text: str) -> Any:
    """``text`` as JSON where that is a valid value, else as it is: ``5``, ``true``, ``["a"]``, ``plain words``."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, str | int | float | bool):
        from marshmallow import ValidationError

        try:
            declared.check({name: value})
        except ValidationError:
            return text
    return value


def _find(name: str) -> tuple[DeclaredSettings, str]:
    addon, _, short = name.partition(".")
    declared = _declared(addon)
    try:
        declared.field(short)
    except UnknownSetting as error:
        raise OperatorError(f"{error} See: asoud settings list {addon}") from None
    return declared, short


def _declared(addon: str) -> DeclaredSettings:
    try:
        return platform.preferences.declared(addon)
    except UnknownSetting as error:
        raise OperatorError(f"{error} See: asoud settings list") from None


def _existing(place: Place | None) -> Place:
    if place is None:
        return SITE
    found = platform.registry.find("setting_scope", place.scope)
    if found is None:
        known = ", ".join(item.key for item in platform.registry.contributions("setting_scope")) or "none"
        raise OperatorError(f"{place.scope}: no installed addon declares this scope. Declared: {known}.")
    scope: SettingScope = found.value
    if not scope.exists(UUID(place.id)):
        raise OperatorError(f"{place.scope}:{place.id}: there is no such object.")
    return place


def _rows(declared: DeclaredSettings, place: Place, *, everything: bool = False) -> list[dict[str, Any]]:
    with set_locale(SOURCE_LANGUAGE):
        items = described(declared, place)["settings"]
        if everything and place != SITE:
            items = [*items, *described(declared)["settings"]]
    return [
        {
            "name": f"{declared.addon}.{item['name']}",
            "value": (_SET if item["source"] != "default" else _UNSET) if item["is_secret"] else item["value"],
            "source": item["source"],
            "description": item["description"],
        }
        for item in items
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
