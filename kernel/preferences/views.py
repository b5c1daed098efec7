"""Settings over REST: the site's for operators, an object's for whoever may edit its settings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel.context import in_addon
from kernel.errors import NotFound, PermissionDenied
from kernel.identity.access import authenticated, requires
from kernel.identity.permissions import permission
from kernel.identity.principal import current_principal
from kernel.preferences.declared import DeclaredSettings, UnknownSetting
from kernel.preferences.schemas import AddonSettings, AllSettings, SettingsChange, described
from kernel.preferences.scopes import SITE, Place, SettingScope
from kernel.rest import Blueprint, raises
from kernel.runtime import platform

PERMISSION = "kernel.settings"

permission(PERMISSION, "Change the settings of addons")
blp = Blueprint("settings", description="Settings of addons.")


@blp.get("/settings")
@requires(PERMISSION)
@blp.response(200, AllSettings)
def list_settings() -> dict[str, Any]:
    """The site's settings of every addon."""
    return {"items": [described(declared) for declared in platform.preferences.all_declared()]}


@blp.get("/settings/<addon>")
@requires(PERMISSION)
@raises(NotFound)
@blp.response(200, AddonSettings)
def get_settings(addon: str) -> dict[str, Any]:
    """The site's settings of one addon. Secrets are only said to be set or not."""
    return described(_declared(addon))


@blp.patch("/settings/<addon>")
@requires(PERMISSION)
@raises(NotFound)
@blp.arguments(SettingsChange)
@blp.response(200, AddonSettings)
def update_settings(change: dict[str, Any], addon: str) -> dict[str, Any]:
    """Change some of an addon's settings for the whole site, all or none."""
    return _change(_declared(addon), change, SITE)


@blp.get("/settings/<addon>/<scope>/<uuid:scope_id>")
@authenticated
@raises(NotFound, PermissionDenied)
@blp.response(200, AddonSettings)
def get_object_settings(addon: str, scope: str, scope_id: UUID) -> dict[str, Any]:
    """An addon's settings for one object, for whoever may edit that object's settings."""
    return described(_declared(addon), _place(scope, scope_id))


@blp.patch("/settings/<addon>/<scope>/<uuid:scope_id>")
@authenticated
@raises(NotFound, PermissionDenied)
@blp.arguments(SettingsChange)
@blp.response(200, AddonSettings)
def update_object_settings(change: dict[str, Any], addon: str, scope: str, scope_id: UUID) -> dict[str, Any]:
    """Change some of an addon's settings for one object, all or none."""
    return _change(_declared(addon), change, _place(scope, scope_id))


def _declared(addon: str) -> DeclaredSettings:
    try:
        return platform.preferences.declared(addon)
    except UnknownSetting:
        raise NotFound from None


def _change(declared: DeclaredSettings, change: dict[str, Any], place: Place) -> dict[str, Any]:
    platform.preferences.change(declared.addon, change["values"], reset=change["reset"], place=place)
    return described(declared, place)


def _place(name: str, scope_id: UUID) -> Place:
    """The object's place, if it exists and the caller may edit its settings."""
    found = platform.registry.find("setting_scope", name)
    if found is None or not platform.gate.counts(found):
        raise NotFound
    scope: SettingScope = found.value
    principal = current_principal()
    with in_addon(found.owner):
        if not scope.exists(scope_id):
            raise NotFound
        if not principal.can(PERMISSION) and not scope.may_edit(principal, scope_id):
            raise PermissionDenied
    return Place(name, str(scope_id))
