"""Demo users: an administrator and customers, with numbers that anybody can remember."""

from __future__ import annotations

from collections.abc import Callable

from addon_sdk import DemoSize, demo, transaction
from addon_sdk.identity import ADMIN, grant_role
from asoud_users.services.accounts import change_profile, change_user, user_for_mobile

ADMIN_MOBILE = "+989120000000"
"""The demo's administrator, 0912 000 0000."""
FIRST_CUSTOMER = 9_120_000_001
"""Customers count on from here: 0912 000 0001, 0912 000 0002, ..."""
_SIZES: dict[DemoSize, int] = {"small": 20, "medium": 500, "large": 5000}
_BATCH = 100
_FIRST = ("سارا", "علی", "مریم", "رضا", "زهرا", "حسین", "نرگس", "امیر", "لیلا", "محمد")
_LAST = ("احمدی", "رضایی", "کریمی", "محمدی", "حسینی", "جعفری", "موسوی")


def _count(size: DemoSize) -> int:
    return _SIZES[size] + 1


@demo(
    count=_count,
    logins=("0912 000 0000 (administrator), 0912 000 0001 to 0912 000 0020 (customers); the code: asoud users outbox",),
)
def load(size: DemoSize, advance: Callable[[int], None]) -> None:
    """Make the administrator and the customers; who is there already stays as he is."""
    with transaction():
        admin, is_new = user_for_mobile(ADMIN_MOBILE)
        if is_new:
            change_user(admin.id, {"first_name": "مدیر", "last_name": "آسود"})
        grant_role(admin.id, ADMIN)
    advance(1)
    for start in range(0, _SIZES[size], _BATCH):
        numbers = range(start, min(start + _BATCH, _SIZES[size]))
        with transaction():
            for number in numbers:
                _customer(number)
        advance(len(numbers))


def _customer(number: int) -> None:
    user, is_new = user_for_mobile(f"+98{FIRST_CUSTOMER + number}")
    if is_new:
        change_user(user.id, {"first_name": _FIRST[number % 10], "last_name": _LAST[number % 7]})
        change_profile(user.id, {"address": f"تهران، خیابان نمونه، پلاک {number + 1}"})
