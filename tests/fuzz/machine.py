"""Random histories: what can happen in one, and with which numbers."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from tests.fuzz.both_sides import BothSides
from tests.fuzz.checks import same_clocks
from tests.fuzz.commands import EVERYTHING, MAKERS, MODELLED
from tests.fuzz.hand import NAMES, Hand
from tests.fuzz.likely import usual
from tests.fuzz.model.days import NEVER
from tests.fuzz.model.state import Claim, Count, Policy
from tests.fuzz.product import envelope
from tests.fuzz.scenery import (
    BEGINNINGS,
    DAYS_FOR,
    FIRST_DAY,
    LAST_DAY,
    PROFILES,
    REGIONS,
    beginning,
    higher,
    newer_calendar,
    plain_days,
    report_of,
    stated,
)

from claims.application.calls import KeyReused, VersionMismatch
from claims.domain.policy.endorse import Endorse

MICROSECOND, MINUTE, DAY = timedelta(microseconds=1), timedelta(minutes=1), timedelta(days=1)
MOST_CLAIMS = 4
NUMBERS = st.integers(0, 2**40)


class Histories(BothSides):
    """Some claims under two policies, in Shenzhen and in Beijing."""

    @initialize(
        profile=st.integers(0, len(PROFILES) - 1),
        begin=st.integers(0, len(BEGINNINGS) - 1),
        numbers=st.tuples(NUMBERS, NUMBERS, NUMBERS),
    )
    def begin(self, profile: int, begin: int, numbers: tuple[int, ...]) -> None:
        """Two policies; two accidents under the first, one under the second."""
        self.began = self.now = beginning(begin)
        self.product.at(self.now)
        for shift, name in enumerate(REGIONS):
            limits, deductible = PROFILES[(profile + shift) % len(PROFILES)]
            self.book.policies.append(Policy(name, FIRST_DAY, LAST_DAY, deductible, [(FIRST_DAY, limits)]))
            self.most[name] = limits
        for which, number in zip((0, 0, 1), numbers, strict=True):
            self._report(self.book.policies[which], number, plain=True)

    @rule(on=st.integers(0, 3), pick=st.integers(0, 200), when=NUMBERS, number=NUMBERS)
    def likely(self, on: int, pick: int, when: int, number: int) -> None:
        """What usually comes next on a claim."""
        self._act_likely(on, pick, when, number)

    @rule(on=st.integers(0, 3), pick=st.integers(0, 200), when=NUMBERS, number=NUMBERS)
    def likely_again(self, on: int, pick: int, when: int, number: int) -> None:
        """The same: rules are chosen evenly."""
        self._act_likely(on, pick, when, number)

    @rule(pick=st.integers(0, 200), when=NUMBERS, number=NUMBERS)
    def likely_on_the_first(self, pick: int, when: int, number: int) -> None:
        """The same on one claim, so that it comes far."""
        self._act_likely(0, pick, when, number)

    @rule(pick=st.integers(0, 200), when=NUMBERS, number=NUMBERS)
    def likely_on_the_first_again(self, pick: int, when: int, number: int) -> None:
        """The same."""
        self._act_likely(0, pick, when, number)

    @rule(on=st.integers(0, 3), name=st.sampled_from(EVERYTHING), when=NUMBERS, number=NUMBERS)
    def anything(self, on: int, name: str, when: int, number: int) -> None:
        """Any command, whether it fits or not."""
        self._act(name, *self._claim(on), when, number)

    @rule(number=NUMBERS)
    def time_passes(self, number: int) -> None:
        """Minutes or days, or until just about a moment at which a clock says something; mostly the watch looks."""
        number, kind = divmod(number, 6)
        number, seen = divmod(number, 4)
        if kind < 2:
            self.now += MINUTE * (1 + number % 900)
        elif kind < 4 or not (ahead := self._ahead()):
            self.now += DAY * (number % 5) + MINUTE * (number % 1440)
        else:
            number, which = divmod(number, len(ahead))
            self.now = max(self.now, ahead[which] + (-MICROSECOND, timedelta(), MICROSECOND, MINUTE)[number % 4])
        self.product.at(self.now)
        self._counted(f"time passes to {self.now}")
        if seen:
            self._watch()

    @rule(what=st.sampled_from(("report", "retry", "endorse", "calendar", "report", "retry")), number=NUMBERS)
    def besides(self, what: str, number: int) -> None:
        """What is not about one claim."""
        if what == "report" and len(self._claims()) < MOST_CLAIMS:
            self._report(self.book.policies[number % 2], number // 2, plain=False)
        elif what == "endorse":
            self._endorse(self.book.policies[number % 2], number // 2)
        elif what == "calendar":
            self._calendar(number)
        elif self.last is not None:
            self._retry(*self.last, ("again", "another body", "stale")[number % 3])

    def _claim(self, on: int) -> tuple[Policy, Claim]:
        claims = self._claims()
        return claims[on % len(claims)]

    def _ahead(self) -> list[datetime]:
        running = (clock for _, claim in self._claims() for clock in claim.clocks.values() if clock.ended_at is None)
        moments = {mark for clock in running for mark in (clock.due, *clock.marks)}
        return sorted(at for at in moments if self.now < at < min(NEVER, self.now + 40 * DAY))

    def _moment(self, claim: Claim, when: int) -> datetime:
        """Now; or earlier, about a moment at which a clock says something; rarely what cannot be."""
        when, kind = divmod(when, 16)
        received_at = claim.insurer_at or claim.broker_at or claim.accident_at
        if kind < 8:
            return self.now
        if kind < 11:
            return received_at + (self.now - received_at) * (when % 33) / 32
        if kind < 15:
            moments = {at for clock in claim.clocks.values() for at in (clock.due, clock.marks[3], clock.started_at)}
            known = sorted(at for at in moments if received_at < at <= self.now)
            when, side = divmod(when, 3)
            about = known[-1 - when % len(known)] if known else self.now
            return min(self.now, about + MICROSECOND * (side - 1))
        unlikely = (timedelta(seconds=30), DAY, -30 * DAY, received_at - self.now - MICROSECOND)
        return self.now + unlikely[when % 4]

    def _act_likely(self, on: int, pick: int, when: int, number: int) -> None:
        policy, claim = self._claim(on)
        names = usual(claim)
        self._act(names[pick % len(names)], policy, claim, when, number)

    def _act(self, name: str, policy: Policy, claim: Claim, when: int, number: int) -> None:
        at, new_id, key = self._moment(claim, when), uuid5(NAMES, str(next(self.ids))), f"{name} {next(self.ids)}"
        command, said = MAKERS[name](Hand(policy, claim, at, self.now, new_id, number))
        sent = envelope(self.tenant, key)
        outcome = self._both(
            name,
            f"{claim.claim_id}: {command}",
            lambda: self.book.execute(policy, claim.claim_id, MODELLED.get(name, name), at, self.now, **said),
            lambda: self.product.execute(self.tenant, claim.claim_id, command, sent),
        )
        if outcome is not None:
            self.last = (claim.claim_id, command, key, outcome.standing.claim.version)
            self._compare(policy, policy.claims[claim.claim_id], outcome)

    def _report(self, policy: Policy, number: int, *, plain: bool) -> None:
        """As a rule an accident of its own, known to the insurer; else by way of the broker, twice, or not insured."""
        number, kind = divmod(number, 4 if plain else 10)
        number, ago = divmod(number, 5)
        accident_at = self.now - MINUTE * (30 + 600 * ago + 7 * len(policy.claims))
        limits = policy.limits_on((accident_at + timedelta(hours=8)).date()) or policy.limits[0][1]
        if kind == 7 and policy.claims:
            accident_at = next(iter(policy.claims.values())).accident_at + timedelta(seconds=number % 70)
        if kind == 8:
            limits = replace(limits, rescue=limits.rescue + 1)
        broker_at = self.now - MINUTE * (5 + number % 90) if kind == 3 else None
        if broker_at is not None:
            broker_at = max(broker_at, accident_at)
        insurer_at = None if broker_at is not None and number % 2 else self.now
        claim_id, terms = uuid5(NAMES, f"claim {next(self.ids)}"), DAYS_FOR[number % 3]
        count_ = (number % 4, number // 4 % 5, (0, 4, 10)[number // 20 % 3])
        days = dict(zip(("determination_days", "payment_days"), terms, strict=True))
        claim = Claim(claim_id, REGIONS[policy.number], accident_at, broker_at, insurer_at, days)
        about = (policy.number, self.tenant, limits, policy.deductible, REGIONS[policy.number])
        command = replace(
            report_of(*about, accident_at, self.now, count_, terms),
            broker_received_at=broker_at,
            received_by_insurer=insurer_at is not None,
            confirm_not_duplicate=kind == 9,
        )
        first = Count(accident_at, *count_)
        outcome = self._both(
            "report",
            str(command),
            lambda: self.book.report(policy, claim, first, self.now, self.now, limits, another=kind == 9),
            lambda: self.product.report(self.tenant, claim_id, command, f"report {claim_id}"),
        )
        if outcome is not None:
            self._compare(policy, claim, outcome)

    def _endorse(self, policy: Policy, number: int) -> None:
        """The limits change from a day on: mostly others, or higher ones; and never beyond the policy's period."""
        number, kind = divmod(number, 6)
        profile = PROFILES[number % len(PROFILES)][0]
        day = (self.now + (number % 22 - 2) * DAY).date() if kind < 5 else LAST_DAY + DAY
        limits = higher(policy.limits[-1][1], profile) if kind % 2 else profile
        key = f"endorse {next(self.ids)}"
        self._both(
            "endorse",
            f"{policy.number}: {limits} since {day}",
            lambda: self.book.endorse(policy, limits, day, self.now, self.now),
            lambda: self.product.endorse(self.tenant, policy.number, Endorse(self.now, stated(limits), day), key),
        )
        self.most[policy.number] = higher(self.most[policy.number], policy.limits[-1][1])

    def _retry(self, claim_id: UUID, command: Any, key: str, version: int, how: str) -> None:
        """The last command comes once more: its first answer, or a refusal, and nothing is stored."""
        self._counted(f"retry, {how}")
        sent = envelope(self.tenant, key, "another" if how == "another body" else "")
        if how == "stale":
            sent = envelope(self.tenant, f"{key} stale", if_match=version - 1)
        refused = None
        try:
            outcome = self.product.execute(self.tenant, claim_id, command, sent)
        except (KeyReused, VersionMismatch) as refusal:
            outcome, refused = None, type(refusal).__name__
            self.tally[f"refused: {refused}"] += 1
        expected = {"another body": "KeyReused", "stale": "VersionMismatch"}.get(how)
        assert refused == expected, f"retry, {how}: the product says {refused}"
        if outcome is None:
            return
        assert outcome.replayed
        assert outcome.standing.claim.version == version
        self.tally["answered again"] += 1

    def _calendar(self, number: int) -> None:
        """A newer calendar is known, once in a history; what runs again after that is found by the next round."""
        if self.book.days.version == 1 and number % 4:
            return
        if self.book.days.version == 1:
            self.product.known.learn(newer_calendar(self.began))
        self._counted("recalculation")
        moved = self.book.recalculate(plain_days(self.product.known.calendar))
        self.product.recalculate()
        self.tally["clocks recalculated"] += moved
        for _, claim in self._claims():
            same_clocks(claim, self.product.clocks(self.tenant, claim.claim_id))
