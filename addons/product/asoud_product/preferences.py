"""Settings of this addon, with their defaults."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields


class Preferences(Schema):
    """What an operator may set."""

    reviews = fields.Boolean(
        load_default=True,
        metadata={"description": "Whether the site's staff looks at each product before everybody sees it."},
    )
    max_pictures = fields.Integer(
        load_default=12,
        validate=validate.Range(1, 100),
        metadata={"description": "How many pictures a product may have."},
    )
    max_variants = fields.Integer(
        load_default=100,
        validate=validate.Range(1, 1000),
        metadata={"description": "How many variants a product may have."},
    )
    max_shelves = fields.Integer(
        load_default=50,
        validate=validate.Range(1, 1000),
        metadata={"description": "How many shelves a market may have."},
    )
    max_import_rows = fields.Integer(
        load_default=1_000_000,
        validate=validate.Range(1, 10_000_000),
        metadata={"description": "How many rows an imported file may have."},
    )
