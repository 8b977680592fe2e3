"""Plays the story on a machine of its own and verifies what came out."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from anze import ports
from anze.demo.callers import Api
from anze.demo.expected import ALERTS, CLOCKS
from anze.demo.receiver import Receiver
from anze.demo.recipients import NAMES, subscribe
from anze.demo.report import BROKER, INSURER, REGION
from anze.demo.story import Story
from anze.demo.verify import alert_rows, await_alerts, clock_of, clock_rows, missing
from anze.machine import Machine, Plan
from anze.terminal import Terminal
from anze.tokens import Caller, Role

START = datetime.fromisoformat("2026-03-02T09:00+08:00")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who speaks to the APIs in the story."""

    broker: Api
    insurer: Api
    admin: Api
    notifications: Api


def play(terminal: Terminal, *, leave: bool) -> bool:
    """Play, show, and verify; whether every expected clock and alert came.

    Without `leave` everything keeps running afterwards until Ctrl-C.
    """
    with tempfile.TemporaryDirectory(prefix="anze-demo-") as folder:
        plan = Plan(Path(folder) / "data", ports.choose_any(), sandbox=True, sandbox_start=START)
        with Receiver(tuple(NAMES)) as receiver, Machine(plan, terminal.say) as machine, _cast(machine) as cast:
            subscribe(cast.notifications, receiver, insurer=INSURER, region=REGION)
            terminal.say(f"{len(NAMES)} recipients subscribed, each with a webhook of its own")
            told = Story(cast.broker, cast.insurer, cast.admin, terminal.step)
            told.play()
            complete = _show(terminal, cast.insurer, told.claim_id, receiver)
            terminal.addresses(plan.ports, plan.data)
            if not leave:
                machine.supervisor.wait()
    return complete


def _show(terminal: Terminal, insurer: Api, claim_id: str, receiver: Receiver) -> bool:
    """Print both tables and what is missing from them; whether nothing is."""
    terminal.say("Waiting for the alerts to be delivered")
    alerts = await_alerts(receiver)
    clocks = insurer.list(f"/v1/claims/{claim_id}/clocks")
    of_clocks = ("rule", "what", "owed by", "started", "due", "met", "status", "as expected")
    terminal.table("Clocks", of_clocks, clock_rows(clocks))
    of_alerts = ("business time", "alert", "rule", "role", "delivered to, signature verified", "as expected")
    terminal.table("Alerts as delivered", of_alerts, alert_rows(alerts, NAMES))
    absent = missing(CLOCKS, [clock_of(one) for one in clocks]) + missing(ALERTS, alerts)
    for line in absent:
        terminal.say(f"[red]Expected, and did not come:[/red] {line}")
    if receiver.refused:
        terminal.say(f"[red]{receiver.refused} messages had no valid signature[/red]")
    if not absent:
        terminal.say(
            f"[green]All {len(CLOCKS)} clocks and {len(ALERTS)} alerts came as the regulation wants them[/green]"
        )
    return not absent and not receiver.refused


@contextmanager
def _cast(machine: Machine) -> Iterator[Cast]:
    claims, notifications = machine.plan.ports.claims_url, machine.plan.ports.notifications_url
    cast = Cast(
        broker=Api(claims, machine.keys, Caller(Role.BROKER, broker=BROKER)),
        insurer=Api(claims, machine.keys, Caller(Role.INSURER, tenant=INSURER)),
        admin=Api(claims, machine.keys, Caller(Role.ADMIN)),
        notifications=Api(notifications, machine.keys, Caller(Role.ADMIN)),
    )
    with ExitStack() as stack:
        for api in (cast.broker, cast.insurer, cast.admin, cast.notifications):
            stack.callback(api.close)
        yield cast
