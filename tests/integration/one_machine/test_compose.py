"""The containers: their file is valid, asks for every secret, and watches metrics that exist."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from claims.metrics import process_metrics
from notifications.metrics import Metrics

PROJECT = Path(__file__).parents[3]
_EXAMPLE = PROJECT / "deploy" / "docker" / "example.env"

needs_compose = pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed")


def _filled(leave_out: str = "") -> str:
    """The example with every blank filled in but one."""
    lines = []
    for line in _EXAMPLE.read_text(encoding="utf-8").splitlines():
        name = line.removesuffix("=")
        if line.endswith("=") and name != leave_out:
            lines.append(f"{line}{'./some.json' if name.endswith('_FILE') else 'some'}")
        elif name != leave_out:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _config(tmp_path: Path, environment: str) -> subprocess.CompletedProcess[str]:
    settings = tmp_path / "settings.env"
    settings.write_text(environment, encoding="utf-8")
    line = ["docker-compose", "--env-file", str(settings), "-f", str(PROJECT / "docker-compose.yml"), "config"]
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(line, check=False, capture_output=True, text=True, env=bare)


@needs_compose
def test_the_file_is_valid_with_the_example_filled_in(tmp_path: Path) -> None:
    shown = _config(tmp_path, _filled())
    assert shown.returncode == 0, shown.stderr
    for service in ("postgres", "claims-api", "claims-worker", "notifications-api", "notifications-worker"):
        assert f"\n  {service}:\n" in shown.stdout


@needs_compose
@pytest.mark.parametrize(
    "name", [line.removesuffix("=") for line in _EXAMPLE.read_text(encoding="utf-8").splitlines() if line.endswith("=")]
)
def test_a_missing_secret_is_asked_for_by_name(tmp_path: Path, name: str) -> None:
    shown = _config(tmp_path, _filled(leave_out=name))
    assert shown.returncode != 0
    assert name in shown.stderr


def test_every_metric_that_an_alert_watches_exists() -> None:
    claims = process_metrics().registry.collect()
    notifications = Metrics.create().registry.collect()
    exist = {metric.name for metric in (*claims, *notifications)}
    text = (PROJECT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    watched = set(re.findall(r"\b((?:anze_claims|notifications|anze_notifications)_[a-z_]+)\b", text))
    assert watched
    assert {re.sub(r"_(total|bucket)$", "", name) for name in watched} <= exist
