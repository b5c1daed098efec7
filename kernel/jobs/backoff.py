"""How long to wait before trying again."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 3600.0


def retry_delay(failures: int, *, jitter: float | None = None) -> timedelta:
    """Wait after that many failures (1 or more): doubles from two seconds up to an hour.

    ``jitter`` (0..1, random unless given) stretches it by up to a tenth, so that what failed together comes apart.
    """
    doubled = FIRST_SECONDS * 2 ** min(failures - 1, 32)
    spread = random.random() if jitter is None else jitter
    return timedelta(seconds=min(doubled, LONGEST_SECONDS) * (1 + spread / 10))
