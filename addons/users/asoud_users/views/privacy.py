"""Taking one's data along, and being forgotten."""

from __future__ import annotations

from flask import Response, jsonify

from addon_sdk import Blueprint, Conflict, NotFound, authenticated, fresh, raises
from asoud_users.services import privacy
from asoud_users.views.caller import caller_id

blp = Blueprint("users_privacy", description="Export and erasure of personal data.")


@blp.get("/me/export")
@authenticated
@fresh(minutes=10)
@raises(NotFound)
@blp.response(200, description="Everything known of the caller, by section.")
def export_my_data() -> Response:
    """Take my data along: everything that the platform and its addons know of me."""
    answer = jsonify(privacy.export(caller_id()))
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@blp.delete("/me")
@authenticated
@fresh(minutes=10)
@raises(Conflict, NotFound)
@blp.response(204)
def erase_me() -> None:
    """Erase me. An addon that must keep something (an open order) refuses."""
    privacy.erase(caller_id())
