"""The settings themselves. A field ``x`` is read from ``ASOUD_X``; the two addresses also from their common names.

Precedence: environment, then `.env` in the working directory, then the default of the profile's class.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

DEFAULT_SECRET = "insecure-development-secret-change-me-before-production"


class ConfigurationError(Exception):
    """A setting has a value that it cannot take; says which, the rule and the mend."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The default profile: one machine, embedded SQLite and Redis, data under ``data_dir``."""

    profile: ClassVar[str] = "default"
    aliases: ClassVar[dict[str, str]] = {
        "database_url": "DATABASE_URL",
        "redis_url": "REDIS_URL",
        "sentry_dsn": "SENTRY_DSN",
    }

    secret_key: str = DEFAULT_SECRET
    """Signs tokens and links and derives the key that encrypts secrets; at least 32 characters, kept private."""
    debug: bool = False
    strict: bool = False
    """Make any problem with any addon fatal at boot (CI, `asoud addons check`)."""
    data_dir: Path = Path("var")
    """Embedded database, uploads, archives and pid files."""
    database_url: str = ""
    """SQLAlchemy address; empty means SQLite at ``data_dir``/asoud.db."""
    redis_url: str = ""
    """Redis address; empty means that `asoud run` starts a server of its own in ``data_dir``."""
    redis_prefix: str = "asoud:"
    """Starts every Redis key and channel, so that sites can share a server."""
    async_mode: str = "eventlet"
    """How the Socket.IO server waits: ``eventlet`` or ``threading``."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    """Where clients reach this site, for links."""
    trusted_proxies: int = 0
    """How many proxies in front set X-Forwarded-For; 0 ignores the header."""
    cors_origins: tuple[str, ...] = ()
    default_language: str = "fa"
    """For clients that ask for none of ours, and for jobs: ``fa`` or ``en``."""
    time_zone: str = "Asia/Tehran"
    """Zone in which cron expressions are read; stored times are UTC."""
    log_level: str = "INFO"
    log_format: str = "json"
    """``json`` for machines, ``console`` for people."""
    sentry_dsn: str = ""
    metrics_token: str = ""
    """Bearer token that /metrics asks for; empty means that only loopback addresses may read it."""
    access_token_seconds: int = 900
    refresh_token_seconds: int = 30 * 24 * 3600
    read_limit: int = 1200
    """Reads per minute of one user, or of one address without a login; 0 means no limit."""
    write_limit: int = 300
    """Writes per minute of one user or address; counted in Redis, or in each process while Redis is away."""
    statement_timeout_ms: int = 15_000
    request_timeout_seconds: int = 30
    """After these a request's next statement is refused and, on PostgreSQL, the running one cancelled; 0: no limit."""
    max_body_bytes: int = 1_048_576
    """Largest JSON body; uploads have their own limit."""
    max_upload_bytes: int = 512 * 1_048_576
    """Largest upload at all; what counts first is the limit that each kind of file declares."""
    max_json_depth: int = 32
    max_page_size: int = 100
    pool_size: int = 10
    database_wait_seconds: float = 10.0
    """How long a writer waits for its turn (SQLite) or for a pooled connection before 503."""
    poll_seconds: float = 0.5
    """How often a process looks at the generation number; the relay polls at this rate too."""
    cache_bytes: int = 16 * 1_048_576
    """Most memory that cached values may take in each process, beside what Redis keeps."""
    storage: str = "local"
    """Where uploads go: ``local`` or ``s3``."""
    s3_bucket: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: str = ""
    pid_files: tuple[str, ...] = ()
    """Pid files of server masters (granian, gunicorn) that `asoud addons install` signals with HUP."""

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ConfigurationError(f"ASOUD_{name.upper()}: must be one of {', '.join(allowed)}.")
        for item in fields(self):
            value, least = getattr(self, item.name), _LEAST.get(item.name, 0)
            if isinstance(value, int | float) and not least <= value < inf:  # which not-a-number isn't either
                raise ConfigurationError(f"ASOUD_{item.name.upper()}: must be {least} or more, not {value}.")
        if self.port > _LAST_PORT:
            raise ConfigurationError(f"ASOUD_PORT: must be {_LAST_PORT} at most, not {self.port}.")
        if self.log_level.upper() not in _LOG_LEVELS:
            raise ConfigurationError(f"ASOUD_LOG_LEVEL: must be one of {', '.join(_LOG_LEVELS)}.")
        _check_zone(self.time_zone)
        _check_address(self.public_url)

    @property
    def database(self) -> str:
        """The database address with the embedded default filled in, PostgreSQL through psycopg 3."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'asoud.db').absolute()}"
        scheme, separator, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else scheme + separator + rest

    @property
    def redis(self) -> str:
        """The Redis address; without one of your own, the socket of the server that `asoud run` starts."""
        if self.redis_url:
            return self.redis_url
        path = str((self.data_dir / "redis.sock").absolute())
        if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
            path = f"/tmp/asoud-{sha256(os.fsencode(path)).hexdigest()[:16]}.sock"
        return f"unix://{path}"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Build the settings from variables; an empty variable counts as not set.

        Raises `ConfigurationError` naming the variable, the rule and the mend.
        """
        values: dict[str, Any] = {}
        for item in fields(cls):
            variable = f"ASOUD_{item.name.upper()}"
            text = environ.get(variable) or environ.get(cls.aliases.get(item.name, variable))
            if text:
                default = item.default if item.default is not MISSING else ""
                values[item.name] = _parse(variable, text.strip(), default)
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class Production(Settings):
    """Refuses to start with a default secret or debug on."""

    profile: ClassVar[str] = "production"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.secret_key == DEFAULT_SECRET or len(self.secret_key) < 32:
            raise ConfigurationError(
                "ASOUD_SECRET_KEY: production needs a secret of your own, of 32 characters or more. "
                "Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        if self.debug:
            raise ConfigurationError("ASOUD_DEBUG: must be off in production; remove it or set it to 0.")


@dataclass(frozen=True, kw_only=True)
class Testing(Settings):
    """For test suites: fast polling and quiet, readable logs."""

    profile: ClassVar[str] = "testing"
    __test__: ClassVar[bool] = False  # pytest takes classes called Test... for tests
    log_level: str = "WARNING"
    log_format: str = "console"
    poll_seconds: float = 0.05
    read_limit: int = 0
    write_limit: int = 0


_PROFILES: dict[str, type[Settings]] = {profile.profile: profile for profile in (Settings, Production, Testing)}
_CHOICES = {
    "default_language": ("fa", "en"),
    "async_mode": ("eventlet", "threading"),
    "storage": ("local", "s3"),
    "log_format": ("json", "console"),
}
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LAST_PORT = 65_535
_LEAST: dict[str, float] = {
    **dict.fromkeys(("access_token_seconds", "refresh_token_seconds", "pool_size", "max_page_size"), 1),
    **dict.fromkeys(("max_body_bytes", "max_upload_bytes", "max_json_depth"), 1),
    "poll_seconds": 0.01,
}
"""The least value of numbers that must not be 0; no number may be below."""
_NO_SETTINGS = {
    "ASOUD_PROFILE",  # chooses the class of settings
    "ASOUD_POSTGRES_PASSWORD",  # for compose, in deploy/.env
    "ASOUD_E2E",  # for `make`
    *("ASOUD_CHILD_MODE", "ASOUD_STATUS_FD", "ASOUD_LIFELINE_FD", "ASOUD_LISTENER_FD"),  # `asoud run` to its children
}
"""Variables of ours that are read elsewhere."""
_LONGEST_SOCKET_PATH = 100
"""In bytes; operating systems refuse a few more than that."""
_KINDS: dict[type, str] = {int: "a whole number", float: "a number"}
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError) as error:
        rule = "must be a zone that this machine knows, like Asia/Tehran or UTC"
        raise ConfigurationError(f"ASOUD_TIME_ZONE: {rule}, not {name!r}.") from error


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half a bracket
        good = False
    if not good:
        rule = "must be an address that begins with https:// or http://, like https://shop.example"
        raise ConfigurationError(f"ASOUD_PUBLIC_URL: {rule}, not {url!r}.")


def _parse(variable: str, text: str, default: object) -> object:
    """Read ``text`` as a value of the default's type."""
    if isinstance(default, bool):
        if text.lower() not in _TRUE + _FALSE:
            raise ConfigurationError(f"{variable}: must be 1 or 0, not {text!r}.")
        return text.lower() in _TRUE
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        read: Callable[[str], object] = type(default)  # str, int, float or Path
        return read(text)
    except ValueError:
        raise ConfigurationError(f"{variable}: must be {_KINDS[type(default)]}, not {text!r}.") from None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of the profile named by ``ASOUD_PROFILE`` (``default``, ``production`` or ``testing``).

    Raises `ConfigurationError` on an unknown profile or a value that a setting cannot take.
    """
    if environ is None:
        environ = _environ()
    name = environ.get("ASOUD_PROFILE") or "default"
    if name not in _PROFILES:
        raise ConfigurationError(f"ASOUD_PROFILE: must be one of {', '.join(_PROFILES)}, not {name!r}.")
    return _PROFILES[name].read(environ)


def unknown_variables() -> list[str]:
    """Variables of the environment and `.env` that look like ours and that no setting has: most likely mistyped."""
    known = {*_NO_SETTINGS, *(f"ASOUD_{item.name.upper()}" for item in fields(Settings))}
    return sorted(name for name in _environ() if name.startswith("ASOUD_") and name not in known)


def _environ() -> dict[str, str]:
    return {**{key: value or "" for key, value in dotenv_values(".env").items()}, **os.environ}
