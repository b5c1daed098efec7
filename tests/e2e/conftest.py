"""These tests start whole platforms and take minutes each: `make e2e` runs them, `make test` does not."""

import os

collect_ignore_glob = [] if os.environ.get("ASOUD_E2E") else ["test_*.py"]
