"""The settings of addons: `platform.preferences`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from uuid import UUID

from marshmallow import ValidationError

from kernel.clock import monotonic
from kernel.db import DatabaseAway, after_commit, transaction
from kernel.errors import FieldError, ValidationFailed
from kernel.i18n import translate
from kernel.preferences import rows
from kernel.preferences.declared import DeclaredSettings, UnknownSetting, is_readable
from kernel.preferences.scopes import SITE, Place, place_of
from kernel.rest.validation import field_errors

if TYPE_CHECKING:
    from kernel.runtime import Platform

FRESH_SECONDS = 1.0
"""How long values are used without asking the database whether something has changed."""
_MOST_PLACES = 10_000
Values = dict[tuple[str, Place], dict[str, Any]]


class Preferences:
    """Reads settings from this process's memory, and follows changes made anywhere within a second.

    A value set for an object comes first, then the site's, then the default that the addon's schema declares.
    """

    def __init__(self, platform: Platform) -> None:
        self._registry = platform.registry
        self._db = platform.db
        self._declared: dict[str, DeclaredSettings] = {}
        self._values: Values = {}
        self._version = -1
        self._checked = float("-inf")
        platform.gate.on_poll(self.refresh)

    def get(self, name: str, scope: tuple[str, UUID] | None = None) -> Any:
        """The value of ``name`` (``loyalty.rate``), for the object ``scope`` (``("market", market.id)``) or the site.

        Raises `UnknownSetting`. A change counts after its transaction has committed.
        """
        addon, _, short = name.partition(".")
        declared = self.declared(addon)
        declared.field(short)
        if monotonic() - self._checked > FRESH_SECONDS:
            self._look()
        for place in {place_of(scope): None, SITE: None}:
            values = self._at(declared, place)
            if short in values:
                value = values[short]
                return deepcopy(value) if isinstance(value, list | dict | set) else value
        return declared.default(short)

    def set(self, name: str, value: Any, scope: tuple[str, UUID] | None = None) -> None:
        """Set one setting. ``value`` is what a client would send. Raises `UnknownSetting` or `ValidationFailed`."""
        addon, _, short = name.partition(".")
        self.declared(addon).field(short)
        self.change(addon, {short: value}, place=place_of(scope))

    def reset(self, name: str, scope: tuple[str, UUID] | None = None) -> None:
        """Forget what was set: the site's value, or the default, counts again. Raises `UnknownSetting`."""
        addon, _, short = name.partition(".")
        self.declared(addon).field(short)
        self.change(addon, {}, reset=[short], place=place_of(scope))

    @transaction
    def change(
        self, addon: str, values: Mapping[str, Any], *, reset: Collection[str] = (), place: Place = SITE
    ) -> None:
        """Set and reset several settings of one addon, all or none.

        Raises `UnknownSetting` when the addon has none at all, and `ValidationFailed` with a pointer per setting.
        """
        declared = self.declared(addon)
        self._check(declared, values, reset, place)
        rows.write(addon, place, {name: declared.pack(name, value) for name, value in values.items()}, reset)
        after_commit(self.forget)

    def names(self) -> list[str]:
        """Full names of every setting of every installed addon."""
        return [f"{declared.addon}.{name}" for declared in self.all_declared() for name in declared.fields]

    def all_declared(self) -> Iterator[DeclaredSettings]:
        """The settings of each installed addon that has any, in load order."""
        for addon, loaded in self._registry.loaded.items():
            if loaded.declaration.settings is not None:
                yield self.declared(addon)

    def declared(self, addon: str) -> DeclaredSettings:
        """The settings that ``addon`` declares. Raises `UnknownSetting` when it isn't installed or has none."""
        found = self._declared.get(addon)
        if found is None:
            loaded = self._registry.loaded.get(addon)
            if loaded is None or loaded.declaration.settings is None:
                raise UnknownSetting(f"{addon}: no installed addon of this name has settings.")
            found = self._declared[addon] = DeclaredSettings(addon, loaded.declaration.settings)
        return found

    def stored(self, addon: str, place: Place) -> dict[str, Any]:
        """The typed values that are set for exactly this place, read from the database."""
        return _typed(self.declared(addon), place)

    def count_set(self, addon: str) -> int:
        """How many values are set for ``addon``, installed or not, everywhere together."""
        return rows.count(addon)

    def unreadable_secrets(self) -> tuple[list[str], int]:
        """Names of the stored secrets that the site's key doesn't open, and how many secrets there are."""
        stored = rows.secrets()
        return sorted({name for name, packed in stored if not is_readable(packed)}), len(stored)

    @transaction
    def forget_addon(self, addon: str) -> None:
        """Remove everything that was set for ``addon``, when it is uninstalled."""
        rows.forget(addon)
        after_commit(self.forget)

    def refresh(self) -> None:
        """Ask the database whether something has changed. Raises `DatabaseAway`."""
        version = rows.version()
        if version != self._version:
            self._values = {}
            self._version = version
        self._checked = monotonic()

    def forget(self) -> None:
        """Have the next `get` look at the database."""
        self._checked = float("-inf")

    def _look(self) -> None:
        """Refresh; while the database is away, what is known goes on counting."""
        with suppress(DatabaseAway):
            self.refresh()

    def _at(self, declared: DeclaredSettings, place: Place) -> dict[str, Any]:
        known = self._values  # a refresh meanwhile replaces the whole dictionary: what is old dies with it
        values = known.get((declared.addon, place))
        if values is None:
            values = _typed(declared, place)
            if len(known) < _MOST_PLACES and not self._db.session().depth:  # a transaction may see what is rolled back
                known[declared.addon, place] = values
        return values

    def _check(
        self, declared: DeclaredSettings, values: Mapping[str, Any], reset: Collection[str], place: Place
    ) -> None:
        wrong = [_unknown(name) for name in reset if name not in declared.fields]
        known = [name for name in values if name in declared.fields]
        if place != SITE:
            wrong += [_not_here(name) for name in known if place.scope not in declared.scopes(name)]
        there = declared.usable(rows.read(declared.addon, place))
        kept = {name: value.raw for name, value in there.items() if name not in {*values, *reset}}
        try:
            declared.check({**kept, **values})
        except ValidationError as error:
            found = field_errors(error.messages, schema=declared.schema)
            wrong += [FieldError(f"/values{item.pointer}", item.code, item.message) for item in found]
        if wrong:
            raise ValidationFailed(errors=wrong)


def _typed(declared: DeclaredSettings, place: Place) -> dict[str, Any]:
    there = declared.usable(rows.read(declared.addon, place))
    return {name: value.typed for name, value in there.items()}


def _unknown(name: str) -> FieldError:
    return FieldError("/reset", "unknown_setting", translate("There is no such setting."))


def _not_here(name: str) -> FieldError:
    return FieldError(f"/values/{name}", "wrong_scope", translate("This setting cannot be set for a single object."))
