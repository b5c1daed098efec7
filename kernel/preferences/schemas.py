"""What consoles say and hear about settings."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from kernel.context import in_addon
from kernel.i18n import translate
from kernel.preferences.declared import DeclaredSettings
from kernel.preferences.scopes import SITE, Place
from kernel.preferences.service import Preferences
from kernel.rest import Schema
from kernel.runtime import platform


class SettingItem(Schema):
    """One setting with its value here and where that comes from."""

    name = fields.String(required=True)
    description = fields.String(required=True)
    shape = fields.Dict(required=True, metadata={"description": "JSON schema of its values."})
    value = fields.Raw(required=True, allow_none=True, metadata={"description": "What counts here; null for a secret."})
    default = fields.Raw(required=True, allow_none=True)
    source = fields.String(required=True, metadata={"enum": ["scope", "site", "default"]})
    is_secret = fields.Boolean(required=True)
    is_set = fields.Boolean(required=True, metadata={"description": "Whether a value is set for exactly this place."})
    scopes = fields.List(fields.String(), required=True)


class AddonSettings(Schema):
    """The settings of one addon for the whole site, or for one object of a scope."""

    addon = fields.String(required=True)
    title = fields.String(required=True)
    scope = fields.String(required=True, allow_none=True)
    scope_id = fields.String(required=True, allow_none=True)
    settings = fields.List(fields.Nested(SettingItem), required=True)


class AllSettings(Schema):
    """The settings of every addon that has any."""

    items = fields.List(fields.Nested(AddonSettings), required=True)


class SettingsChange(Schema):
    """Settings to change, by name."""

    values = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), load_default=dict)
    reset = fields.List(
        fields.String(), load_default=list, metadata={"description": "Names to set back to the default."}
    )


def described(declared: DeclaredSettings, place: Place = SITE) -> dict[str, Any]:
    """What `AddonSettings` shows: those settings that may be set for ``place``."""
    preferences: Preferences = platform.preferences
    here = preferences.stored(declared.addon, place)
    site = here if place == SITE else preferences.stored(declared.addon, SITE)
    names = [name for name in declared.fields if place == SITE or place.scope in declared.scopes(name)]
    with in_addon(declared.addon):
        return {
            "addon": declared.addon,
            "title": translate(platform.registry.loaded[declared.addon].declaration.title),
            "scope": place.scope or None,
            "scope_id": place.id or None,
            "settings": [_item(declared, name, here, site, place) for name in names],
        }


def _item(
    declared: DeclaredSettings, name: str, here: dict[str, Any], site: dict[str, Any], place: Place
) -> dict[str, Any]:
    default = declared.default(name)
    source = "default"
    if name in here:
        source = "site" if place == SITE else "scope"
    elif name in site:
        source = "site"
    metadata = declared.field(name).metadata
    return {
        "name": name,
        "description": translate(str(metadata.get("description", ""))) if metadata.get("description") else "",
        "shape": declared.shapes[name],
        "value": declared.shown(name, here.get(name, site.get(name, default))),
        "default": declared.shown(name, default),
        "source": source,
        "is_secret": declared.is_secret(name),
        "is_set": name in here,
        "scopes": list(declared.scopes(name)),
    }
