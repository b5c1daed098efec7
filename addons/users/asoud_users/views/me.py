"""Oneself: name, profile, picture."""

from __future__ import annotations

from typing import Any

from addon_sdk import Blueprint, NotFound, Schema, authenticated, current_principal, fields, raises
from asoud_users.models import Profile, User
from asoud_users.schemas import PictureSchema, ProfileSchema, UserSchema
from asoud_users.services import accounts, pictures
from asoud_users.views.caller import caller_id

blp = Blueprint("users_me", description="The caller himself.")


class RightsSchema(Schema):
    """What the caller may do everywhere."""

    roles = fields.List(fields.String(), required=True)
    permissions = fields.List(fields.String(), required=True)


@blp.get("/me")
@authenticated
@raises(NotFound)
@blp.response(200, UserSchema)
def get_me() -> User:
    """Show who I am."""
    return accounts.get_user(caller_id())


@blp.patch("/me")
@authenticated
@raises(NotFound)
@blp.arguments(UserSchema.patch())
@blp.response(200, UserSchema)
def change_me(data: dict[str, Any]) -> User:
    """Change my name, email or language."""
    return accounts.change_user(caller_id(), data)


@blp.get("/me/rights")
@authenticated
@blp.response(200, RightsSchema)
def get_my_rights() -> dict[str, list[str]]:
    """Show my roles, and what I may do everywhere by them."""
    principal = current_principal()
    return {"roles": sorted(principal.roles), "permissions": sorted(principal.permissions)}


@blp.get("/me/profile")
@authenticated
@blp.response(200, ProfileSchema)
def get_my_profile() -> Profile:
    """Show my profile."""
    return accounts.profile_of(caller_id())


@blp.patch("/me/profile")
@authenticated
@blp.arguments(ProfileSchema.patch())
@blp.response(200, ProfileSchema)
def change_my_profile(data: dict[str, Any]) -> Profile:
    """Change my profile."""
    return accounts.change_profile(caller_id(), data)


@blp.put("/me/picture")
@authenticated
@blp.arguments(PictureSchema)
@blp.response(200, ProfileSchema)
def set_my_picture(data: dict[str, Any]) -> Profile:
    """Show an upload of the kind `users.picture` as my picture."""
    return pictures.set_picture(caller_id(), data["file_id"])


@blp.delete("/me/picture")
@authenticated
@blp.response(204)
def delete_my_picture() -> None:
    """Show no picture of me."""
    pictures.set_picture(caller_id(), None)
