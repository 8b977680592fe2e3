"""The board's way to notifications between real processes, with the key and the address that claims is started with."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from joserfc.jwk import ECKey
from tests.support.machine import PATIENCE, Instance
from tests.support.recipients import INSURER, REGION

from claims.application.calls import Caller
from claims.bootstrap.board import board_alerts
from claims.dashboard.alerts import AlertsRefusedError
from claims.dashboard.told import Told
from claims.settings import Settings

CLOCK = UUID("018f0000-0000-7000-8000-00000000b0a2")
OPERATIONS = Caller("operations", "li.wei", tenant=INSURER)
REGULATOR = Caller("regulator", "sz", region=REGION)
FROM_THE_ENVIRONMENT: dict[str, Any] = {}


@pytest.fixture
def settings(sandbox: Instance, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of the claims api of the instance."""
    for name, value in sandbox.settings().claims("claims_command").items():
        monkeypatch.setenv(name, value)
    return Settings(**FROM_THE_ENVIRONMENT)


def tell(instance: Instance) -> None:
    """Tell notifications of a breach, as the relay does."""
    data = {
        "clock": {"id": str(CLOCK), "rule": "SZ-20.6", "tier": "service"}, "tenant": INSURER, "region": REGION,
        "roles": ["operations", "insurance_regulator"], "severity": "breach",
    }  # fmt: skip
    said = {
        "specversion": "1.0", "id": str(CLOCK), "source": "/claims", "type": "clock.breached",
        "time": "2026-03-09T00:00:00+08:00", "subject": f"clocks/{CLOCK}", "data": data,
    }  # fmt: skip
    url, headers = f"{instance.url('notifications')}/v1/alerts", instance.bearer("service")
    answer = httpx2.post(url, json=said, headers=headers, trust_env=False, timeout=PATIENCE)
    assert answer.is_success, answer.text


async def asked(settings: Settings) -> Mapping[str, tuple[Told, ...]]:
    """What each visitor is shown of the clock."""
    alerts = board_alerts(settings)
    try:
        return {who.role: (await alerts.of_clocks(who, [CLOCK]))[CLOCK] for who in (OPERATIONS, REGULATOR)}
    finally:
        await alerts.close()


def test_the_board_reads_notifications_as_its_visitors(sandbox: Instance, settings: Settings) -> None:
    tell(sandbox)
    shown = asyncio.run(asked(settings))
    assert {role: {who.role for each in told for who in each.recipients} for role, told in shown.items()} == {
        "operations": {"operations", "insurance_regulator"},
        "regulator": {"insurance_regulator"},
    }


def test_a_key_that_notifications_does_not_know_reads_nothing(settings: Settings, tmp_path: Path) -> None:
    stranger = tmp_path / "key.json"
    stranger.write_text(json.dumps(ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True)), encoding="utf-8")
    with pytest.raises(AlertsRefusedError) as refused:
        asyncio.run(asked(settings.model_copy(update={"service_key": stranger})))
    assert refused.value.status == httpx2.codes.UNAUTHORIZED
