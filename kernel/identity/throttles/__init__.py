"""Limits per key: how often a caller, an address, a value or everybody together may do something."""

from kernel.identity.throttles.admission import Allowance, Throttles, take
from kernel.identity.throttles.rules import ThrottleRule, throttle_rule, throttled, throttles_of

__all__ = ["Allowance", "ThrottleRule", "Throttles", "take", "throttle_rule", "throttled", "throttles_of"]
