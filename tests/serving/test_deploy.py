"""The files under `deploy/`: checked by their own linters where these are, and against the code that they run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import Settings
from kernel.cli.main import KERNEL_COMMANDS

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
EXAMPLE = (DEPLOY / "asoud.env.example").read_text()


def test_the_dockerfile_pleases_hadolint() -> None:
    hadolint = shutil.which("hadolint") or str(Path(sys.executable).with_name("hadolint"))
    if not Path(hadolint).exists():
        pytest.skip("hadolint has no wheel for this machine")
    done = subprocess.run([hadolint, str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_units_please_systemd(unit: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd isn't installed")
    # The programs' folder of this environment in the place of the one on a server.
    text = unit.read_text().replace("/opt/asoud/bin", str(Path(sys.executable).parent))
    (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / unit.name)], capture_output=True, text=True, check=False
    )
    assert not [line for line in done.stderr.splitlines() if unit.name in line], done.stderr


def test_every_command_that_is_run_exists() -> None:
    commands = {match for unit in UNITS for match in re.findall(r"bin/asoud (\w+)", unit.read_text())}
    commands |= {
        service["command"][1] for service in COMPOSE["services"].values() if service.get("command", [""])[0] == "asoud"
    }
    assert {"realtime", "worker", "cron"} <= commands <= set(KERNEL_COMMANDS)
    assert "asoud db upgrade" in COMPOSE["services"]["migrate"]["command"][-1]


def test_compose_is_whole() -> None:
    services = COMPOSE["services"]
    assert {"postgres", "redis", "migrate", "web", "realtime-1", "realtime-2", "worker", "cron", "nginx"} == set(
        services
    )
    for service in services.values():
        assert set(service.get("depends_on", [])) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or (DEPLOY / source).exists()
    assert "noeviction" in services["redis"]["command"]


def test_every_setting_in_the_example_exists_and_every_variable_of_compose_is_explained() -> None:
    known = (
        {f"ASOUD_{field.name.upper()}" for field in fields(Settings)}
        | set(Settings.aliases.values())
        | {"ASOUD_PROFILE"}
    )
    named = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert named <= known
    assert {"ASOUD_SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= named


def test_nginx_speaks_to_the_services_of_compose() -> None:
    text = (DEPLOY / "nginx" / "asoud.conf").read_text()
    assert set(re.findall(r"^\s+server ([\w-]+):\d+", text, re.MULTILINE)) == {"web", "realtime-1", "realtime-2"}
