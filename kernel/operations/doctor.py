"""`asoud doctor`: everything that can be wrong with a site, found in one go."""

from __future__ import annotations

from config import ConfigurationError, Settings, load_settings
from kernel.errors import OperatorError
from kernel.operations import machine, site, stored
from kernel.operations.findings import Finding, carefully, error, ok


def examine() -> list[Finding]:
    """All findings. Never raises: what can't even be looked at is a finding too."""
    try:
        settings = load_settings()
    except ConfigurationError as refused:
        finding = error("configuration", str(refused), "Correct that variable.")
        return [finding, *carefully("packages", machine.packages)]
    return [
        ok("configuration", f"profile {settings.profile}."),
        *carefully("variables", machine.variables),
        *carefully("secrets", lambda: machine.secrets(settings)),
        *carefully("data folder", lambda: machine.data_folder(settings)),
        *carefully("packages", machine.packages),
        *_examine_site(settings),
    ]


def _examine_site(settings: Settings) -> list[Finding]:
    from kernel.app import create_app

    try:
        app = create_app(settings, role="cli")
    except Exception as failure:  # whatever keeps the app from starting is what the doctor was called for
        where = "strict mode" if isinstance(failure, OperatorError) else type(failure).__name__
        return [error("start", f"the platform cannot start ({where}): {failure}", "Start with the first line of it.")]
    platform = app.extensions["asoud"]
    checks = {
        "database": site.database,
        "migrations": site.migrations,
        "addons": site.addons,
        "storage": stored.storage,
        "stored secrets": stored.stored_secrets,
        "redis": site.redis_server,
        "waiting": site.waiting,
    }
    findings = []
    with app.app_context():
        for name, check in checks.items():
            findings += carefully(name, lambda check=check: check(platform))  # type: ignore[misc]  # bound now
    return findings
