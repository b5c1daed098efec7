"""Settings of this addon, with their defaults."""

from __future__ import annotations

from marshmallow import validate

from addon_sdk import Schema, fields

_NO_ADDRESS = "Write an address that begins with https:// or http://, like https://shop.example."
_NO_HOST = "Write a host's name alone, like shop.example, without https:// and without a path."
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?!.{{201}})(({_LABEL}\.)*(?=[A-Za-z]){_LABEL})?\Z"
"""Its last label begins with a letter: a number has no subdomains. Room is left for those of the markets."""


class Preferences(Schema):
    """What an operator may set."""

    site_url = fields.Url(
        schemes={"http", "https"},
        require_tld=False,
        load_default="http://localhost:8000",
        validate=validate.Regexp(r"[^?#]*\Z", error=_NO_ADDRESS),
        error_messages={"invalid": _NO_ADDRESS},
        metadata={"description": "Address of the site, for links to markets that people share."},
    )
    subdomain_host = fields.String(
        load_default="",
        validate=validate.Regexp(_HOST, error=_NO_HOST),
        metadata={"description": "Host under which each market has its own subdomain; empty for none."},
    )
    persian_names = fields.Boolean(
        load_default=True,
        metadata={"description": "Whether a market's name needs Persian letters; others may stand beside them."},
    )
    invitation_days = fields.Integer(
        load_default=7,
        validate=validate.Range(1, 90),
        metadata={"description": "For how many days an invitation to a market's staff can be accepted."},
    )
    max_pictures = fields.Integer(
        load_default=20,
        validate=validate.Range(1, 200),
        metadata={"description": "How many slides, and how many pictures, a market may show."},
    )
    max_staff = fields.Integer(
        load_default=100,
        validate=validate.Range(1, 10_000),
        metadata={"description": "How many people a market's staff may have, open invitations counted."},
    )
    max_colleagues = fields.Integer(
        load_default=1000,
        validate=validate.Range(1, 100_000),
        metadata={"description": "How many colleagues a market may list."},
    )
