"""What the Shenzhen rulebook says, against the table of the regulation."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from claims.domain.moments import SHANGHAI, start_of
from claims.domain.rulebook import Limit, Rulebook, Tier, Unit, parameters_of
from claims.domain.schedule import schedule
from claims.reference.calendar_seed import seed_calendar
from claims.reference.rulebook_file import packaged_rulebooks


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The newest version of the rulebook."""
    versions = [each.rulebook for each in packaged_rulebooks() if each.rulebook.id == "shenzhen-2018"]
    return max(versions, key=lambda each: each.version)


def hours(n: int) -> Limit:
    return Limit(n, Unit.HOURS)


def working_days(n: int) -> Limit:
    return Limit(n, Unit.WORKING_DAYS)


@pytest.mark.parametrize(
    ("rule", "tier", "responsible", "starts", "met_by", "limit"),
    [
        ("SZ-14.1", "service", "broker", "broker_received_report", "insurer_received_report", hours(1)),
        ("SZ-20.1", "target", "insurer", "insurer_received_report", "intake_notified", working_days(1)),
        ("SZ-20.2", "target", "insurer", "documents_found_incomplete", "missing_documents_requested", working_days(1)),
        ("SZ-20.3", "service", "insurer", "claim_accepted", "claim_decided", working_days(10)),
        ("SZ-20.3b", "target", "insurer", "claim_decided", "client_told", working_days(1)),
        ("SZ-20.4", "target", "insurer", "claim_rejected", "rejection_notified", working_days(1)),
        ("SZ-20.9", "service", "insurer", "settlement_agreed documents_complete", "indemnity_paid", working_days(10)),
    ],
)
def test_a_rule_of_the_claim_runs_as_the_table_says(
    book: Rulebook, rule: str, tier: str, responsible: str, starts: str, met_by: str, limit: Limit
) -> None:
    found = book.obligation(rule)
    assert (found.scope, found.advance_kind) == ("claim", None)
    assert (found.tier.value, found.responsible) == (tier, responsible)
    assert found.starts == tuple(starts.split())
    assert found.met_by == (met_by,)
    assert found.limit_for(None) == found.limit_for(10**14) == limit


@pytest.mark.parametrize(
    ("rule", "kind", "edges"),
    [
        ("SZ-20.6", "rescue", [(1_000_000, working_days(5)), (None, working_days(10))]),
        ("SZ-20.7", "death_indemnity", [(2_000_000, working_days(5)), (None, working_days(10))]),
        (
            "SZ-20.8",
            "medical",
            [(100_000, hours(24)), (500_000, working_days(5)), (None, working_days(10))],
        ),
    ],
)
def test_an_advance_on_the_edge_takes_the_shorter_clock_and_one_fen_more_the_longer(
    book: Rulebook, rule: str, kind: str, edges: list[tuple[int | None, Limit]]
) -> None:
    found = book.obligation(rule)
    assert (found.scope, found.advance_kind, found.tier) == ("advance", kind, Tier.SERVICE)
    assert found.starts == ("advance_payable",)
    assert found.met_by == ("advance_paid",)
    assert found.limit_for(1) == edges[0][1]
    for (edge, shorter), (_, longer) in pairwise(edges):
        assert edge is not None
        assert found.limit_for(edge * 100 - 1) == shorter
        assert found.limit_for(edge * 100) == shorter
        assert found.limit_for(edge * 100 + 1) == longer


def test_a_limit_that_goes_by_the_amount_needs_one(book: Rulebook) -> None:
    with pytest.raises(ValueError, match=r"SZ-20\.6: the limit goes by the amount"):
        book.obligation("SZ-20.6").limit_for(None)


def test_it_holds_these_rules_and_no_others(book: Rulebook) -> None:
    wanted = (
        "SZ-14.1 SZ-20.1 SZ-20.2 SZ-20.3 SZ-20.3b SZ-20.4 SZ-20.6 SZ-20.7 SZ-20.8 SZ-20.9 SZ-20.5 SZ-20.10a SZ-20.10b "
        "SZ-27.2 SZ-27.3 SZ-28.4 SZ-25 SZ-28.1q SZ-28.1y SZ-28.2 SZ-28.3"
    )
    assert " ".join(each.id for each in book.obligations) == wanted
    with pytest.raises(KeyError):
        book.obligation("SZ-99")


def test_only_a_progress_notice_extends_and_only_the_decision(book: Rulebook) -> None:
    assert {each.id: each.extended_by for each in book.obligations if each.extended_by} == {
        "SZ-20.3": ("progress_notified",)
    }


def test_a_withdrawn_claim_cancels_every_clock(book: Rulebook) -> None:
    of_claims = [each for each in book.obligations if each.scope in {"claim", "advance", "direct_payment"}]
    assert [each.id for each in of_claims if "claim_withdrawn" not in each.cancelled_by] == []


def test_a_rejection_cancels_what_is_not_paid_and_not_the_notice_of_it(book: Rulebook) -> None:
    cancelled = [each.id for each in book.obligations if "claim_rejected" in each.cancelled_by]
    assert cancelled == ["SZ-20.6", "SZ-20.7", "SZ-20.8", "SZ-20.9", "SZ-20.5", "SZ-20.10a"]


def test_a_refused_or_withdrawn_advance_cancels_its_own_clock_alone(book: Rulebook) -> None:
    for each in book.obligations:
        ends = {"advance_refused", "advance_withdrawn"} & set(each.cancelled_by)
        assert len(ends) == (2 if each.scope == "advance" else 0)


def test_targets_never_reach_a_regulator_and_are_told_to_operations_and_compliance(book: Rulebook) -> None:
    for each in book.obligations:
        if each.tier is Tier.TARGET:
            heard = {*each.recipients.at_risk, *each.recipients.breached, *each.recipients.escalated}
            assert heard == {"operations", "compliance"}


def test_a_breach_reaches_the_regulator_and_the_authorities_hear_of_the_escalation(book: Rulebook) -> None:
    authorities = {"safety_authority", "joint_conference_office"}
    for each in book.obligations:
        if each.tier is Tier.SERVICE:
            told = {"operations", "compliance", "insurance_regulator"}
            of_one_insurer = each.responsible == "broker" and each.periodic is None
            told |= {"insurer"} if of_one_insurer else set()
            assert set(each.recipients.at_risk) == {"operations"}
            assert set(each.recipients.breached) == told
            assert set(each.recipients.escalated) == told | authorities


def test_the_figures_are_those_of_the_text_and_each_names_its_article(book: Rulebook) -> None:
    figures = parameters_of([book])
    assert (figures.rescue_minimum_percent, figures.death_advance_percent) == (60, 50)
    assert (figures.deaths_for_death_advance, figures.surgeries_for_medical_advance) == (1, 3)
    assert (figures.small_claim_threshold, figures.emergency_grade) == (1_000_000, "major")
    assert figures.citations["death_advance_percent"] == "深圳规范第二十条（七）"
    assert len(figures.citations) == 7
    assert all(each.citation.startswith("深圳规范第") for each in book.obligations)


def test_roles_carry_the_names_that_texts_give_them(book: Rulebook) -> None:
    aliases = {
        "insurance_regulator": "保监局",
        "safety_authority": "安监",
        "safety_committee": "安委办",
        "municipal_finance_office": "金融办",
    }
    assert all(alias in book.roles[role].aliases for role, alias in aliases.items())
    assert book.roles["operations_service_centre"].name_zh == "运营服务中心"
    assert book.roles["joint_conference_office"].name_zh == "联席会议办公室"


def test_it_is_applied_after_the_validity_that_its_text_claims(book: Rulebook) -> None:
    assert book.reference == "shenzhen-2018@2"
    assert book.text_valid_to == date(2019, 12, 31)
    assert book.applied_to is None
    assert book.covers("440300", datetime(2026, 11, 16, 10, tzinfo=SHANGHAI))
    assert book.covers("440305", datetime(2026, 11, 16, 10, tzinfo=SHANGHAI))
    assert not book.covers("440100", datetime(2026, 11, 16, 10, tzinfo=SHANGHAI))


def test_it_is_applied_from_its_first_day_in_shanghai(book: Rulebook) -> None:
    first = start_of(book.applied_from)
    assert book.covers("440300", first)
    assert not book.covers("440300", first - timedelta(microseconds=1))


def test_a_medical_advance_of_exactly_the_first_edge_is_due_in_hours(book: Rulebook) -> None:
    began = datetime(2026, 2, 14, 22, tzinfo=SHANGHAI)
    rule = book.obligation("SZ-20.8")
    small = schedule(began, rule.limit_for(10_000_000), seed_calendar(), emergency=False)
    large = schedule(began, rule.limit_for(10_000_001), seed_calendar(), emergency=False)
    assert small.due_at == datetime(2026, 2, 15, 22, tzinfo=SHANGHAI)
    assert large.due_date == date(2026, 2, 28)
