"""What goes in and out over REST."""

from __future__ import annotations

from addon_sdk import ListQuery, Schema, fields
from asoud_bench.models import Note


class NoteSchema(Schema):
    """A note."""

    class Meta:
        model = Note

    id = fields.Id(dump_only=True)
    number = fields.Integer()
    title = fields.String()
    text = fields.String()
    created_at = fields.Timestamp(dump_only=True)


class NoteQuery(ListQuery):
    """Which notes."""

    class Meta:
        model = Note
