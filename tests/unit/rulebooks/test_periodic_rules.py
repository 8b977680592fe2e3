"""What a rulebook may say of a report that is due again and again."""

import pytest

from claims.domain.rulebook import Every, Periodic
from claims.reference.rulebook_file import RulebookRefused, packaged_rulebooks, read_rulebook

TEXT = next(each.text for each in packaged_rulebooks() if each.name == "beijing-2016.toml")
MONTHLY = 'period = { every = "month", about = "period_before", due_day = 5 }'


def test_a_date_in_a_later_month_is_a_date_of_the_period_in_which_it_is_due() -> None:
    changed = TEXT.replace(
        MONTHLY, 'period = { every = "year", about = "current_period", due_month = 3, due_day = 31 }'
    )
    rule = read_rulebook("test.toml", changed).rulebook.obligation("BJ-6.3m")
    assert rule.periodic == Periodic(Every.YEAR, "current_period", 3, 31)


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        ('period = { every = "week", about = "period_before", due_day = 5 }', "period"),
        ('period = { every = "month", about = "next_period", due_day = 5 }', "period"),
        ('period = { every = "month", about = "period_before", due_day = 29 }', "not every month has it"),
        ('period = { every = "quarter", about = "period_before", due_month = 4, due_day = 5 }', "has no month 4"),
        ('period = { every = "year", about = "period_before", due_month = 2, due_day = 29 }', "has no day 29"),
        ('period = { every = "year", about = "period_before", due_day = 0 }', "period"),
        ('limits = [{ within = "5 working days" }]', "period: it is given if, and only if"),
        ("", "limits: name at least one limit, or else the period"),
        (
            f'{MONTHLY}\nlimits = [{{ within = "5 working days" }}]',
            "limits: name at least one limit, or else the period",
        ),
    ],
)
def test_what_cannot_be_a_date_every_time_is_refused_with_its_place(period: str, reason: str) -> None:
    with pytest.raises(RulebookRefused, match=reason) as refused:
        read_rulebook("test.toml", TEXT.replace(MONTHLY, period))
    assert str(refused.value).startswith("test.toml, line ")


def test_only_what_happens_to_a_period_starts_and_ends_its_clock() -> None:
    with pytest.raises(RulebookRefused, match="claim_decided happens to something else than a period"):
        read_rulebook("test.toml", TEXT.replace('["report_submitted"]', '["claim_decided"]', 1))
    of_a_claim = TEXT.replace('limits = [{ within = "1 working day" }]', MONTHLY, 1)
    with pytest.raises(RulebookRefused, match="if, and only if, the scope is period"):
        read_rulebook("test.toml", of_a_claim)
