"""Plays the demo on a machine of its own, and verifies what came out of its story."""

import tempfile
from pathlib import Path

from anze import ports
from anze.demo.callers import Api
from anze.demo.expected import ALERTS, CLOCKS
from anze.demo.fill import Outcome, begins, fill, hooks
from anze.demo.receiver import Receiver
from anze.demo.recipients import NAMES
from anze.demo.report import INSURER
from anze.demo.verify import alert_rows, await_alerts, clock_of, clock_rows, missing
from anze.machine import Machine, Plan
from anze.terminal import Terminal
from anze.tokens import Caller, Role

_WHO_SIGNS_IN = (
    "Sign in at {url}/board/sign-in as operations of picc-sz, nanling-sz or jingyuan-bj, "
    "as regulator of 440300 or 110000, or as admin"
)


def play(terminal: Terminal, *, days: int, leave: bool) -> bool:
    """Play, show, and verify; whether every expected clock and alert of the story came.

    Without `leave` everything keeps running afterwards until Ctrl-C.
    """
    with tempfile.TemporaryDirectory(prefix="anze-demo-") as folder:
        plan = Plan(
            Path(folder) / "data", ports.choose_any(), sandbox=True, sandbox_start=begins(days), board_sign_in=True
        )
        with Receiver(hooks()) as receiver, Machine(plan, terminal.say) as machine:
            if days:
                terminal.say(f"Filling the board with {days} days of work of three insurers; what is told is one story")
            outcome = fill(machine, receiver, days=days, tell=terminal.step)
            terminal.say(f"{outcome.claims} claims, {outcome.requests} requests, {outcome.moments} moments")
            complete = _show(terminal, machine, outcome, receiver)
            terminal.addresses(plan.ports, plan.data, board_sign_in=True)
            terminal.say(_WHO_SIGNS_IN.format(url=plan.ports.claims_url))
            if not leave:
                machine.supervisor.wait()
    return complete


def _show(terminal: Terminal, machine: Machine, outcome: Outcome, receiver: Receiver) -> bool:
    """Print both tables and what is missing from them; whether nothing is."""
    terminal.say("Waiting for the alerts to be delivered")
    alerts = await_alerts(receiver, outcome.story_claim_id)
    insurer = Api(machine.plan.ports.claims_url, machine.keys, Caller(Role.INSURER, tenant=INSURER))
    clocks = insurer.list(f"/v1/claims/{outcome.story_claim_id}/clocks")
    insurer.close()
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
