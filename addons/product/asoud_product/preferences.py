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
    currency = fields.String(
        load_default="IRR",
        validate=validate.Regexp(r"[A-Z]{3}\Z", error="Write a currency as three capital letters, such as IRR."),
        metadata={
            "description": "In which currency new products have their prices; those that are there keep theirs. "
            "Choose it before the first product: lists compare amounts."
        },
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
