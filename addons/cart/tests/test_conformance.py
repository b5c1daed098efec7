from __future__ import annotations

from addon_sdk.testing import conformance

test_conformance = conformance("cart")
