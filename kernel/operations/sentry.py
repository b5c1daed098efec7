"""Unexpected errors go to Sentry, when a DSN is set, with the addon and the request that they happened in."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from kernel import __version__
from kernel.context import current_addon, current_request_id, in_addon

if TYPE_CHECKING:
    from flask import Flask

    from kernel.jobs.state import Outcome
    from kernel.runtime import Platform


def init_app(app: Flask, platform: Platform) -> None:
    """Start reporting. Nothing is imported without a DSN."""
    if not platform.settings.sentry_dsn:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for libraries of all sorts, which may warn when imported
        import sentry_sdk
        from sentry_sdk.integrations.flask import FlaskIntegration

    sentry_sdk.init(
        dsn=platform.settings.sentry_dsn,
        environment=platform.settings.profile,
        release=f"asoud@{__version__}",
        integrations=[FlaskIntegration(transaction_style="url")],
        max_request_body_size="never",  # a login's code or a card must not leave the site,
        include_local_variables=False,  # nor a secret that a function has just decrypted
        before_send=tag,
    )
    platform.jobs.observers.append(report_outcome)


def report_outcome(outcome: Outcome) -> None:
    """Report what a job or a subscriber raised: the worker itself survives it, so nobody else would."""
    if outcome.error is not None:
        import sentry_sdk

        with in_addon(outcome.owner):
            sentry_sdk.capture_exception(outcome.error)


def tag(event: Any, hint: dict[str, Any]) -> Any:
    """Say whose code was running and in which request."""
    tags = event.setdefault("tags", {})
    tags["addon"] = current_addon()
    if request_id := current_request_id():
        tags["request_id"] = request_id
    return event
