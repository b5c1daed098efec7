"""What `asoud doctor` finds: one finding per check, with the mend for whatever isn't well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

Status = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    check: str
    """What was looked at."""
    status: Status
    message: str
    """What was found."""
    mend: str = ""
    """What to do about it; empty when all is well."""

    def to_dict(self) -> dict[str, str]:
        """As JSON."""
        return asdict(self)


Check = Callable[[], Iterator[Finding]]


def ok(check: str, message: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", message)


def warning(check: str, message: str, mend: str) -> Finding:
    """It works, but not for long or not everywhere."""
    return Finding(check, "warning", message, mend)


def error(check: str, message: str, mend: str) -> Finding:
    """Something doesn't work."""
    return Finding(check, "error", message, mend)


def carefully(name: str, check: Check) -> list[Finding]:
    """Run a check; a check that itself fails is a finding, so that the others are still shown."""
    try:
        return list(check())
    except Exception as failure:  # a doctor must not faint at the sight of the patient
        said, *_ = str(failure).splitlines() or [""]
        message = f"could not be checked: {type(failure).__name__}: {said}"
        return [error(name, message, "Mend what stands above first.")]
