"""Addons over REST: what is here, in which state, why something is quarantined, and the health inbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from kernel.addons import inbox, listing
from kernel.errors import NotFound
from kernel.identity.access import requires
from kernel.identity.permissions import permission
from kernel.identity.principal import current_principal
from kernel.rest import Blueprint, Schema, raises
from kernel.rest.fields import Timestamp

PERMISSION = "kernel.addons"

permission(PERMISSION, "See the addons of the site and what troubles them")
blp = Blueprint("addons", description="Addons of this site, and what troubles them.")


class FaultSchema(Schema):
    """Why an addon is quarantined."""

    code = fields.String(required=True)
    reason = fields.String(required=True)
    mend = fields.String(required=True, metadata={"description": "What the operator can do about it."})
    chain = fields.List(fields.String(), required=True)


class AddonSchema(Schema):
    """One addon and its state on this site."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True)
    icon = fields.String(required=True)
    version = fields.String(required=True)
    summary = fields.String(required=True)
    authors = fields.String(required=True)
    license = fields.String(required=True)
    state = fields.String(
        required=True,
        metadata={"description": "available, enabled, disabled, quarantined, missing or a step that was interrupted."},
    )
    dependencies = fields.List(fields.String(), required=True)
    faults = fields.List(fields.Nested(FaultSchema), required=True)


class AddonsSchema(Schema):
    """All addons."""

    items = fields.List(fields.Nested(AddonSchema), required=True)


class ProblemSchema(Schema):
    """An entry of the health inbox."""

    id = fields.UUID(required=True)
    addon = fields.String(required=True)
    kind = fields.String(required=True)
    key = fields.String(required=True)
    severity = fields.String(required=True)
    message = fields.String(required=True)
    count = fields.Integer(required=True)
    last_seen_at = Timestamp(required=True)
    dismissed_at = Timestamp(allow_none=True)
    dismissed_by = fields.UUID(allow_none=True)


class ProblemsSchema(Schema):
    """Entries of the health inbox."""

    items = fields.List(fields.Nested(ProblemSchema), required=True)


class ProblemQuery(Schema):
    """Which entries to list."""

    addon = fields.String()
    dismissed = fields.Boolean(load_default=False)


@blp.get("/addons")
@requires(PERMISSION)
@blp.response(200, AddonsSchema)
def list_addons() -> dict[str, Any]:
    """List every addon of this environment with its state, and the reasons where it is quarantined."""
    return {"items": listing.everything()}


@blp.get("/addons/<name>")
@requires(PERMISSION)
@raises(NotFound)
@blp.response(200, AddonSchema)
def get_addon(name: str) -> listing.AddonInfo:
    """Show one addon."""
    return listing.one(name)


@blp.get("/problems")
@requires(PERMISSION)
@blp.arguments(ProblemQuery, location="query")
@blp.response(200, ProblemsSchema)
def list_problems(query: dict[str, Any]) -> dict[str, Any]:
    """List the health inbox, the latest trouble first."""
    return {"items": inbox.problems(addon=query.get("addon"), dismissed=query["dismissed"])}


@blp.post("/problems/<uuid:problem_id>/dismissal")
@requires(PERMISSION)
@raises(NotFound)
@blp.response(200, ProblemSchema)
def dismiss_problem(problem_id: UUID) -> object:
    """Take an entry out of sight until the trouble comes again."""
    return inbox.dismiss(problem_id, current_principal().user_id)
