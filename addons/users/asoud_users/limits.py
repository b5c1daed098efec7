"""How often codes and logins may be asked for."""

from __future__ import annotations

from addon_sdk import throttle_rule

CODES_OF_ADDRESS = throttle_rule("users.codes_of_address", 30, 600, by="address")
"""Many people share an address behind a mobile operator's network."""
CODES_OF_ALL = throttle_rule("users.codes_of_all", 1200, 60, by="global")
"""Text messages cost money."""
CODE_AGAIN = throttle_rule("users.code_again", 1, 60, by="value")
"""One code a minute for one number."""
CODES_OF_MOBILE = throttle_rule("users.codes_of_mobile", 10, 3600, by="value")
LOGINS_OF_ADDRESS = throttle_rule("users.logins_of_address", 100, 600, by="address")
PASSWORDS_OF_MOBILE = throttle_rule("users.passwords_of_mobile", 10, 900, by="value")
PROOFS_OF_USER = throttle_rule("users.proofs_of_user", 20, 900, by="principal")
"""Proofs of identity by somebody who is logged in already."""
