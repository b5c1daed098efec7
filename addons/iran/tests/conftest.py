"""Makes the package importable when it isn't installed, so that its pure rules are tested anywhere."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("asoud_iran") is None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
