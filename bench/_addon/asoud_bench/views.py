"""REST: one list."""

from __future__ import annotations

from addon_sdk import Blueprint, ListArgs, Page, requires
from asoud_bench import hookspecs, services
from asoud_bench.schemas import NoteQuery, NoteSchema

blp = Blueprint("bench", description="Notes.")


@blp.get("/notes")
@requires("bench.read")
@blp.arguments(NoteQuery, location="query")
@blp.page(NoteSchema)
def list_notes(query: ListArgs) -> Page:
    """List notes."""
    hookspecs.may_list(limit=query["limit"])
    hookspecs.badges(limit=query["limit"])
    return services.list_notes(query)
