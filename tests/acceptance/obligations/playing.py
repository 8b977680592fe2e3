"""Plays all scenarios on one sandbox: its clock stops at every moment at which somebody does something."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

import httpx2
from tests.acceptance.obligations.hearing import Audience
from tests.acceptance.obligations.new_years_eve import BEGUN, FINISHED
from tests.acceptance.obligations.telling import Act, End, Scenario
from tests.support.callers import BROKER, CALLERS, TENANT, Callers
from tests.support.machine import Json

HEARD = frozenset({End.NEVER, End.TOLD_LATE})
"""What the insurer with an audience does; all else is another insurer's, of whom nobody hears."""

_AT_ONCE = 4
"""How many scenarios go on side by side."""


@dataclass(slots=True)
class Played:
    """A scenario on the running instance: what the answers named."""

    scenario: Scenario
    names: dict[str, str]
    insurer: str
    """Which of the callers it is."""
    refusal: Json | None = None

    @property
    def heard(self) -> bool:
        """Whether somebody hears of it."""
        return self.scenario.end in HEARD

    @property
    def clock(self) -> tuple[str, str, str | None]:
        """What names its clock: what it is about, its rule, and of a report the party's and its period."""
        case = self.scenario.case
        if case.is_report:
            return self.scenario.party, case.rule, case.period
        return f"{case.begins[-1].path.split('/')[2]}/{self.names['id']}", case.rule, None


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the scenarios are played."""

    callers: Callers
    audience: Audience
    played: dict[str, Played] = field(default_factory=dict)

    def play(self, scenarios: Sequence[Scenario]) -> None:
        """Let everything happen at its moment, then let the last end pass."""
        for number, scenario in enumerate(scenarios):
            assert scenario.words not in self.played, f"told twice: {scenario.words}"
            insurer = "insurer" if scenario.end in HEARD else "foreign insurer"
            names = {"number": f"NYE-{number}", "insurer": CALLERS[insurer]["tenant"], "party": scenario.party}
            self.played[scenario.words] = Played(scenario, names, insurer)
        heard = {one.party for one in scenarios if one.case.is_report and one.end in HEARD}
        self.audience.subscribe([TENANT, BROKER, *sorted(heard)])
        self.callers.read("/v1/rulebooks")  # so that the connections are there before the threads are
        all_ = list(self.played.values())
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._begin, all_))
            acting = sorted((one for one in all_ if one.scenario.acts), key=lambda one: one.scenario.told_at)
            for moment, group in groupby(acting, key=lambda one: one.scenario.told_at):
                self._go_to(moment)
                list(pool.map(self._end, group))
        self._go_to(FINISHED)
        self.audience.listen()

    def _begin(self, one: Played) -> None:
        for act in one.scenario.case.begins:
            self._do(one, act, act.at or BEGUN)

    def _end(self, one: Played) -> None:
        *before, last = one.scenario.acts
        for act in before:
            self._do(one, act, one.scenario.done_at)
        code = one.scenario.refused_as
        if code is None:
            self._do(one, last, one.scenario.done_at)
        else:
            one.refusal = self._refused(one, last, one.scenario.done_at)

    def _do(self, one: Played, act: Act, at: datetime) -> None:
        answer = self._ask(one, act, at)
        path = answer.request.url.path
        assert answer.is_success, f"{one.scenario.words}: {path}: {answer.status_code} {answer.text}"
        made = answer.json()
        if act.finds is not None:
            (found,) = [each for each in made["items"] if each["period"] == one.scenario.case.period]
            one.names[act.finds] = found["id"]
        one.names.update({name: made[name] for name in made if name == "id" or name.endswith("_id")})

    def _refused(self, one: Played, act: Act, at: datetime) -> Json:
        stated: Json = self._ask(one, act, at).json()
        return stated

    def _ask(self, one: Played, act: Act, at: datetime) -> httpx2.Response:
        path, body = _filled(act, one.names, at)
        if act.who == "party":
            return self.callers.ask(act.method, path, body, who=None, headers=self._signed(one.scenario))
        return self.callers.ask(act.method, path, body, who=one.insurer if act.who == "insurer" else act.who)

    def _signed(self, scenario: Scenario) -> dict[str, str]:
        """The token of the party whose report it is."""
        if scenario.case.owed_by == "broker":
            return self.callers.instance.bearer("broker", broker=scenario.party)
        return self.callers.instance.bearer("insurer", tenant=scenario.party)

    def _go_to(self, moment: datetime) -> None:
        self.callers.told("/v1/sandbox/clock", {"set": moment.isoformat()}, who="admin")

    def clocks(self) -> Mapping[tuple[str, str, str | None], Json]:
        """Every clock there is, by what it is about and its rule, that of a report by its party and period."""
        found = list(self._pages("/v1/clocks?limit=200", "admin"))
        clocks = {(one["subject"], one["rule"], one["period"]): one for one in found}
        for party, scenario in {one.party: one for one in self._scenarios() if one.case.is_report}.items():
            page = self.callers.ask("GET", "/v1/clocks?limit=200", who=None, headers=self._signed(scenario)).json()
            clocks |= {(party, one["rule"], one["period"]): one for one in page["items"]}
        return clocks

    def _scenarios(self) -> Iterator[Scenario]:
        return (one.scenario for one in self.played.values())

    def log(self) -> Mapping[str, list[Json]]:
        """Every event there is, in order, by its stream."""
        streams: dict[str, list[Json]] = defaultdict(list)
        page = self.callers.read("/v1/events?limit=200", "admin")
        while page["items"]:
            for event in page["items"]:
                streams[event["stream_id"]].append(event)
            page = self.callers.read(f"/v1/events?limit=200&after={page['next_cursor']}", "admin")
        return streams

    def _pages(self, path: str, who: str) -> Iterator[Json]:
        page = self.callers.read(path, who)
        yield from page["items"]
        while page["next_cursor"] is not None:
            page = self.callers.read(f"{path}&cursor={page['next_cursor']}", who)
            yield from page["items"]


def _filled(act: Act, names: Mapping[str, str], at: datetime) -> tuple[str, Json | None]:
    """The path and the body with what earlier answers named, at its moment unless the body says another."""
    if act.method != "POST":
        return act.path.format(**names), None if act.method == "GET" else {**act.body}
    body = {name: _named(value, {**names, "now": at.isoformat()}) for name, value in act.body.items()}
    if act.path == "/v1/claims" and "occurred_at" in body and body["occurred_at"] is None:
        return act.path, body
    return act.path.format(**names), {**body, "occurred_at": at.isoformat()}


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**names)
    if isinstance(value, Mapping):
        return {name: _named(each, names) for name, each in value.items()}
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    return value
