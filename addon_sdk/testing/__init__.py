"""Help for the tests of addons: `conformance`, and the fixtures of `addon_sdk.testing.plugin`."""

from addon_sdk.testing.conformance import conformance

__all__ = ["conformance"]
