"""The reference of a boot: import the modules whose names are given, and nothing else."""

from __future__ import annotations

import os
import sys
from importlib import import_module

for name in sys.argv[1:]:
    import_module(name)
os._exit(0)
