"""The generic checks of the platform."""

from addon_sdk.testing import conformance

test_conformance = conformance("ledger")
