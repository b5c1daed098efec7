"""Settings from the environment: typed, by profile, and refused with the variable, the rule and the mend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from config import ConfigurationError, Production, Settings, Testing, load_settings
from config.settings import DEFAULT_SECRET


def test_a_field_is_read_from_its_variable_in_its_own_type() -> None:
    settings = load_settings(
        {
            "ASOUD_PORT": "9000",
            "ASOUD_STRICT": "yes",
            "ASOUD_CORS_ORIGINS": "https://a, https://b",
            "ASOUD_DATA_DIR": "/x",
        }
    )
    assert (settings.port, settings.strict, settings.data_dir) == (9000, True, Path("/x"))
    assert settings.cors_origins == ("https://a", "https://b")


@pytest.mark.parametrize("url", ["somewhere", "http://h", "redis://h:no-port"])
def test_a_redis_address_that_cannot_be_read_is_said(make_app: Callable[..., Flask], url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^REDIS_URL: must start with redis://"):
        make_app(redis_url=url)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load_settings({"ASOUD_PORT": "", "REDIS_URL": ""}).port == Settings().port


@pytest.mark.parametrize(
    ("variable", "value", "rule"),
    [
        ("ASOUD_PORT", "many", "must be a whole number, not 'many'"),
        ("ASOUD_PORT", "70000", "must be 65535 at most"),
        ("ASOUD_PORT", "-1", "must be 0 or more"),
        ("ASOUD_POOL_SIZE", "0", "must be 1 or more"),
        ("ASOUD_POLL_SECONDS", "soon", "must be a number, not 'soon'"),
        ("ASOUD_POLL_SECONDS", "0", "must be 0.01 or more"),
        ("ASOUD_POLL_SECONDS", "nan", "must be 0.01 or more"),
        ("ASOUD_DATABASE_WAIT_SECONDS", "inf", "must be 0 or more"),
        ("ASOUD_TRUSTED_PROXIES", "-2", "must be 0 or more"),
        ("ASOUD_LOG_LEVEL", "loud", "must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("ASOUD_TIME_ZONE", "Asia/Nowhere", "must be a zone that this machine knows"),
        ("ASOUD_PUBLIC_URL", "shop.example", "must be an address that begins with https:// or http://"),
        ("ASOUD_PUBLIC_URL", "ftp://shop.example", "must be an address that begins with https:// or http://"),
        ("ASOUD_PUBLIC_URL", "https://shop.example:x", "must be an address that begins with https:// or http://"),
        ("ASOUD_TIME_ZONE", "../etc/passwd", "must be a zone that this machine knows"),
        ("ASOUD_DEBUG", "perhaps", "must be 1 or 0"),
        ("ASOUD_DEFAULT_LANGUAGE", "de", "must be one of fa, en"),
        ("ASOUD_ASYNC_MODE", "gevent", "must be one of eventlet, threading"),
        ("ASOUD_STORAGE", "ftp", "must be one of local, s3"),
        ("ASOUD_LOG_FORMAT", "xml", "must be one of json, console"),
        ("ASOUD_PROFILE", "staging", "must be one of default, production, testing"),
    ],
)
def test_a_value_that_cannot_be_names_the_variable_and_the_rule(variable: str, value: str, rule: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{variable}: {rule}"):
        load_settings({variable: value})


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
    ],
)
def test_database_addresses_are_understood_as_people_write_them(url: str, database: str) -> None:
    assert load_settings({"DATABASE_URL": url}).database == database


def test_the_embedded_database_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert Testing(data_dir=tmp_path).database == f"sqlite:///{tmp_path / 'asoud.db'}"


@pytest.mark.parametrize("secret", ["", DEFAULT_SECRET, "too short"])
def test_production_refuses_a_default_or_short_secret(secret: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^ASOUD_SECRET_KEY: .* Make one: "):
        load_settings({"ASOUD_PROFILE": "production", "ASOUD_SECRET_KEY": secret})


def test_production_refuses_debug() -> None:
    with pytest.raises(ConfigurationError, match=r"^ASOUD_DEBUG: "):
        Production(secret_key="x" * 40, debug=True)


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ASOUD_PORT=1111\nASOUD_HOST=0.0.0.0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASOUD_PORT", "2222")
    settings = load_settings()
    assert (settings.port, settings.host) == (2222, "0.0.0.0")
