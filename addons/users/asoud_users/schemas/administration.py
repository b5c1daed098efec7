"""Roles and permissions, as those see them who administer them."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields


class PermissionSchema(Schema):
    """Something that a caller may be allowed to do."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    addon = fields.String(required=True)


class RoleSchema(Schema):
    """A set of permissions that users are granted together."""

    name = fields.String(required=True, validate=validate.Length(max=80))
    title = fields.CleanText(120, min_length=1, required=True)
    permissions = fields.List(fields.String(), required=True, validate=validate.Length(max=1000))
    everyone = fields.Boolean(dump_only=True, metadata={"description": "Held by every user without a grant."})
    custom = fields.Boolean(dump_only=True, metadata={"description": "Made by an operator, so it can be changed."})


class RoleChangeSchema(Schema):
    """What is to be changed of a role."""

    title = fields.CleanText(120, min_length=1)
    permissions = fields.List(fields.String(), validate=validate.Length(max=1000))


class RoleNamesSchema(Schema):
    """Names of roles."""

    roles = fields.List(fields.String(), required=True)


class BlockSchema(Schema):
    """Why a user is kept out."""

    because = fields.CleanText(500, min_length=1, required=True, multiline=True)
