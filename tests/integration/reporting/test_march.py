"""The report of a month, every figure counted by hand: compliance, money, key figures, breaches, and who sees what."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from tests.integration.reporting.conftest import Reports
from tests.integration.reporting.march import Teller, paid, rescue, victim_of
from tests.support.story import YUAN, arrived, at, ident

from claims.application.pages import ClockFilter
from claims.application.rows import Scope
from claims.domain.claim.commands.decision import Decide
from claims.domain.claim.commands.documents import ReceiveDocuments
from claims.domain.claim.commands.end import CloseClaim
from claims.domain.claim.commands.reopen import ReopenClaim
from claims.domain.claim.commands.settle import AgreeSettlement
from claims.domain.claim.events import AgreedPayee
from claims.projections.clock_days import count_all

MONTH = "/v1/reports/monthly?period=2026-03"
Now = Callable[[str], Awaitable[None]]


def rate_of(compliance: Any, rule: str) -> Any:
    (found,) = [each["rate"] for each in compliance["by_rule"] if each["rule"] == rule]
    return found


def _settled(report: Any) -> Any:
    """The report without the moments at which it was made."""
    compliance = {**report["compliance"], "made_at": None}
    return {**report, "made_at": None, "compliance": compliance}


def kpi_of(report: Any, name: str) -> Any:
    (found,) = [each for each in report["kpis"] if each["id"] == name]
    return {key: found[key] for key in ("numerator", "denominator", "value", "meets_target")}


async def test_a_rate_is_met_in_time_of_due_without_cancelled(reports: Reports) -> None:
    found: Any = await reports.read("/v1/compliance?period=2026-03&rule=SZ-20.6")
    rate = rate_of(found, "SZ-20.6")
    assert (rate["numerator"], rate["denominator"], rate["percent"]) == (1, 3, "33.33")
    named = ("due", "met", "met_late", "overdue", "extended", "cancelled", "provisional", "withdrawn", "not_yet_due")
    assert [rate[name] for name in named] == [4, 1, 1, 1, 0, 1, 0, 0, 0]
    assert found["total"] == {"breaches": rate, "targets": found["total"]["targets"]}
    assert found["total"]["targets"]["due"] == 0
    assert [(each["month"], each["rates"]["breaches"]) for each in found["by_month"]] == [("2026-03", rate)]
    assert [(each["region"], each["rates"]["breaches"]) for each in found["by_region"]] == [("440300", rate)]
    assert [(each["insurer"], each["rates"]["breaches"]) for each in found["by_insurer"]] == [("picc-sz", rate)]


async def test_the_parts_add_up_to_the_whole_and_targets_stand_apart(reports: Reports) -> None:
    found: Any = await reports.read("/v1/compliance?period=2026-Q1")
    for part, is_target in (("breaches", False), ("targets", True)):
        rules = [each["rate"] for each in found["by_rule"] if (each["tier"] == "target") is is_target]
        assert sum(each["numerator"] for each in rules) == found["total"][part]["numerator"]
        assert sum(each["denominator"] for each in rules) == found["total"][part]["denominator"]
        assert len(rules) > 1
    rate = found["total"]["breaches"]
    assert rate["denominator"] == rate["due"] - rate["cancelled"] - rate["provisional"]


async def test_what_is_shown_only_is_in_no_rate_no_rule_and_no_list_of_breaches(reports: Reports, now_is: Now) -> None:
    page = await reports.world.queries.clocks(Scope("admin"), ClockFilter(tier="information"), None, 50)
    running = [each for each in page.items if each.ended_at is None]
    assert {(each.rule, f"{each.due_at:%Y-%m}") for each in running} == {("IL-26", "2028-03")}
    await now_is("2028-04-02T10:00:00")
    for role in ("insurer", "regulator"):
        found: Any = await reports.read("/v1/reports/monthly?period=2028-03", role)
        assert "IL-26" not in {each["rule"] for each in found["compliance"]["by_rule"]}
        assert "IL-26" not in {each["rule"] for each in found["breaches"]}
    totals: Any = await reports.read("/v1/compliance?period=2028-03&rule=IL-26")
    assert (totals["total"]["targets"]["due"], totals["by_rule"], totals["by_insurer"]) == (0, [], [])


async def test_a_clock_is_due_in_the_month_of_its_last_day_though_it_ends_with_the_next(
    reports: Reports, march: Teller
) -> None:
    asked = replace(rescue("E"), occurred_at=at("2026-03-24 11:00"), advance_id=ident("second advance"), amount=YUAN)
    await march.tell("E", asked)  # five working days end with 31 March: due_at is the first instant of April
    await reports.world.follow()
    for period, due in (("2026-03", 5), ("2026-04", 0)):
        found: Any = await reports.read(f"/v1/compliance?period={period}&rule=SZ-20.6")
        assert found["total"]["breaches"]["due"] == due


async def test_what_is_not_due_yet_is_part_of_no_rate(reports: Reports, now_is: Now) -> None:
    await now_is("2026-03-09T23:59:59")
    found: Any = await reports.read("/v1/compliance?period=2026-03&rule=SZ-20.6")
    rate = rate_of(found, "SZ-20.6")
    assert (rate["numerator"], rate["denominator"], rate["not_yet_due"]) == (1, 2, 1)  # E's is not over yet


async def test_without_a_period_it_is_the_month_that_business_time_is_in(reports: Reports, now_is: Now) -> None:
    await now_is("2026-04-01T00:00:30")
    found: Any = await reports.read("/v1/compliance")
    assert found["period"] == {"name": "2026-04", "first": "2026-04-01", "last": "2026-04-30"}


async def test_claims_and_money_of_the_month_are_exact(reports: Reports) -> None:
    report: Any = await reports.read(MONTH)
    assert report["claims"]["reported"] == 7
    assert sum(report["claims"]["by_status"].values()) == 7
    assert report["claims"]["by_status"]["paid"] == 3
    assert {name: report["claims"][name] for name in ("approved", "rejected", "paid_in_full")} == {
        "approved": 4,
        "rejected": 0,
        "paid_in_full": 3,
    }
    assert report["money"] == {
        "indemnity_decided": "1367999.99",  # 8,000 + 9,999.99 + 700,000 + 650,000
        "advances": {"rescue": "1200000.00"},
        "advanced": "1200000.00",
        "indemnity_paid": "117999.99",  # 8,000 + 9,999.99 once, the first bounced + 100,000
        "paid": "1317999.99",
    }
    assert [(each["code"], each["money"]["paid"]) for each in report["by_insurer"]] == [("picc-sz", "1317999.99")]


async def test_key_figures_are_held_against_their_targets(reports: Reports) -> None:
    report: Any = await reports.read(MONTH)
    small, major = kpi_of(report, "report_to_payment_small"), kpi_of(report, "report_to_payment_major")
    assert small == {"numerator": "6.50", "denominator": 2, "value": "3.25", "meets_target": False}  # 2 and 4.5 days
    assert major == {"numerator": "10.00", "denominator": 1, "value": "10.00", "meets_target": True}
    victims = kpi_of(report, "victims_paid_in_time")
    assert victims == {"numerator": "3", "denominator": 4, "value": "75.00", "meets_target": False}  # all but D's
    started = kpi_of(report, "advances_started")  # C of C, D and E; F was withdrawn within the 24 hours
    assert started == {"numerator": "1", "denominator": 3, "value": "33.33", "meets_target": False}


async def test_the_score_is_made_of_what_can_be_judged_and_restricts_where_that_is_enough(reports: Reports) -> None:
    report: Any = await reports.read(MONTH)
    (score,) = report["service_scores"]
    assert (score["insurer"], score["month"], score["of"], score["complete"]) == ("picc-sz", "2026-03", 60, False)
    points = {each["id"]: each["points"] for each in score["dimensions"]}
    assert points["response_speed"] == "6.66"  # a third of 20
    compliance = report["compliance"]["total"]["breaches"]
    efficiency = 25 * compliance["numerator"] / compliance["denominator"]
    assert float(points["claims_efficiency"]) == pytest.approx(efficiency, abs=0.01)
    assert (score["judged"], score["final"], score["consequence"]) == (True, True, "restricted")


async def test_breaches_name_the_clock_the_claim_and_what_became_of_it(reports: Reports, march: Teller) -> None:
    report: Any = await reports.read(MONTH)
    assert report["breach_count"] == len(report["breaches"])
    rescued = {each["policy_number"]: each for each in report["breaches"] if each["rule"] == "SZ-20.6"}
    assert {name: each["status"] for name, each in rescued.items()} == {"=D": "met_late", "=E": "overdue"}
    assert rescued["=D"]["claim_id"] == str(march.claim("D"))
    assert rescued["=D"]["due_date"] == "2026-03-09"
    assert rescued["=D"]["fulfilled_at"] == "2026-03-10T09:00:00+08:00"
    assert rescued["=E"]["fulfilled_at"] is None


async def test_a_regulator_sees_every_insurer_of_its_region_and_no_target(reports: Reports) -> None:
    report: Any = await reports.read(MONTH, "regulator", region="440000")
    assert [(each["code"], each["claims"]["reported"]) for each in report["by_insurer"]] == [
        ("cpic-sz", 1),
        ("picc-sz", 7),
    ]
    assert report["compliance"]["total"]["targets"] is None
    assert {each["tier"] for each in report["compliance"]["by_rule"]} <= {"statutory", "service"}
    narrower: Any = await reports.read(f"{MONTH}&region=440305", "regulator", region="440000")
    assert narrower["claims"]["reported"] == 0
    elsewhere: Any = await reports.read(MONTH, "regulator", region="110000")
    assert (elsewhere["claims"]["reported"], elsewhere["breach_count"]) == (0, 0)


async def test_staff_see_their_own_insurer_an_admin_all_and_a_broker_nothing(reports: Reports) -> None:
    for role, expected in (("insurer", 7), ("operations", 7), ("admin", 8)):
        report: Any = await reports.read(MONTH, role)
        assert report["claims"]["reported"] == expected
    other: Any = await reports.read(f"{MONTH}&insurer=cpic-sz")
    assert other["claims"]["reported"] == 0
    for path in (MONTH, "/v1/compliance"):
        assert (await reports.ask(path, "broker")).status_code == 403


async def test_quarter_and_year_hold_their_months(reports: Reports) -> None:
    quarter: Any = await reports.read("/v1/reports/quarterly?period=2026-Q1")
    year: Any = await reports.read("/v1/reports/annual?period=2026")
    assert (quarter["claims"]["reported"], year["claims"]["reported"]) == (7, 8)
    assert quarter["money"] == year["money"]
    before: Any = await reports.read("/v1/reports/quarterly?period=2025-Q4")
    assert (before["claims"]["reported"], before["money"]["paid"]) == (0, "0.00")


async def test_the_rows_that_figures_come_from_are_rebuilt_the_same(reports: Reports) -> None:
    before: Any = await reports.read(MONTH)
    assert await reports.world.differing() == []
    await reports.world.pool.execute("delete from claim_kpi_items")
    await reports.world.pool.execute("delete from claim_kpis")
    assert await reports.world.differing() != []
    await reports.world.rebuild.run()
    after: Any = await reports.read(MONTH)
    assert _settled(after) == _settled(before)


async def test_a_follower_that_takes_events_in_twice_changes_nothing(reports: Reports) -> None:
    before: Any = await reports.read(MONTH)
    await reports.world.pool.execute("delete from checkpoints where name = 'claim_kpis'")
    await reports.world.follow()
    after: Any = await reports.read(MONTH)
    assert (after["money"], after["kpis"]) == (before["money"], before["kpis"])


async def test_what_was_reported_of_a_month_stays_when_a_claim_is_reopened(reports: Reports, march: Teller) -> None:
    before: Any = await reports.read(MONTH)
    await march.tell("A", CloseClaim(at("2026-03-20 10:00"), "结案"), ReopenClaim(at("2026-04-02 10:00"), "新的损失"))
    again = Decide(at("2026-04-03 10:00"), "approved", 9_000 * YUAN, None, at("2026-04-03 10:00"))
    await march.tell("A", ReceiveDocuments(at("2026-04-02 10:00"), arrived("id"), complete=True), again)
    agreed = AgreedPayee(victim_of("A"), 9_000 * YUAN)
    settlement = AgreeSettlement(at("2026-04-03 11:00"), 9_000 * YUAN, 0, "确认书", (agreed,))
    await march.tell("A", settlement, paid("A", "2026-04-06 10:00", 1_000 * YUAN))
    await reports.world.follow()
    after: Any = await reports.read(MONTH)
    assert (after["money"], after["kpis"]) == (before["money"], before["kpis"])
    assert after["claims"]["paid_in_full"] == before["claims"]["paid_in_full"]
    april: Any = await reports.read("/v1/reports/monthly?period=2026-04")
    assert (april["money"]["paid"], april["claims"]["paid_in_full"]) == ("1000.00", 1)
    small = kpi_of(april, "report_to_payment_small")
    assert (small["numerator"], small["denominator"]) == ("4.00", 1)  # from the reopening
    assert await reports.world.differing() == []


async def test_every_ending_of_a_clock_has_its_place(
    reports: Reports, march: Teller, owner: asyncpg.Connection
) -> None:
    endings = {
        "C": "provisional = true, marks[4] = 'infinity'",
        "D": "ended_as = 'extended'",
        "E": "ended_at = due_at + interval '1 day', ended_as = 'cancelled'",  # it was late by then: the breach stays
        "F": "ended_at = started_at, ended_as = 'met', withdrawn_at = due_at",
    }
    for name, ending in endings.items():
        await owner.execute(f"update clocks set {ending} where rule = 'SZ-20.6' and subject = $1", march.claim(name))  # noqa: S608
    await count_all(reports.world.pool)
    path = "/v1/compliance?period=2026-03&rule=SZ-20.6"
    rate = rate_of(await reports.read(path), "SZ-20.6")
    assert (rate["numerator"], rate["denominator"]) == (1, 3)
    assert [rate[name] for name in ("provisional", "extended", "overdue", "withdrawn", "cancelled")] == [1, 1, 1, 1, 0]
    told = rate_of(await reports.read(path, "regulator"), "SZ-20.6")
    assert (told["due"], told["provisional"]) == (3, 0)
