"""A province is added as a file and no code: the file of the guide is checked, chosen, and its clocks run."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.support.acts import approves, claims, documents, intake
from tests.support.story import Story, a_report, at, policy
from tests.unit.periodic.scenes import Tale
from typer.testing import CliRunner

from claims.cli import cli
from claims.domain.rulebook import Rulebook
from claims.reference.rulebook_file import read_rulebook

GUIDE = Path(__file__).parents[3] / "docs" / "adding-a-province.md"
TEXT = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[0]


@pytest.fixture
def zhejiang() -> Rulebook:
    """The invented rulebook of the guide."""
    return read_rulebook("zhejiang-2026.toml", TEXT).rulebook


def in_zhejiang(book: Rulebook) -> Story:
    """A claim from Hangzhou, reported while the invented rulebook is applied."""
    story, whole = Story(), a_report(policy=policy(region="330100"))
    story.rulebooks = {**story.rulebooks, book.reference: book}
    return story.when(replace(whole, accident=replace(whole.accident, region="330100")))


def test_the_clocks_of_a_new_province_run_beside_those_of_national_law(zhejiang: Rulebook) -> None:
    story = in_zhejiang(zhejiang)
    assert story.claim.rulebooks == ("national@2", "zhejiang-2026@1")
    story.when(claims("2026-03-02 11:00")).when(intake("2026-03-02 12:00"))
    story.when(documents("2026-03-03 09:00", "a", complete=True))
    survey, decision = story.clock("ZJ-1"), story.clock("ZJ-2")
    assert survey.due_at == at("2026-03-02 22:00"), "twelve hours after the report"
    assert (decision.due_date, story.clock("IL-23a").due_date) == (date(2026, 3, 18), date(2026, 4, 2))
    story.when(approves("2026-03-10 09:00", 100))
    assert {story.clock("ZJ-2").ended_as, story.clock("IL-23a").ended_as} == {"met"}


def test_who_is_active_in_the_new_province_owes_its_monthly_report(zhejiang: Rulebook) -> None:
    tale = Tale("ZJ-3", books={zhejiang.reference: zhejiang})
    tale.register("2026-05-20 09:00", "330100")
    assert tale.look("2026-06-01 00:00") == [("PeriodOpened", "2026-05", "2026-06-01 00:00")]
    assert tale.clock("2026-05").due_date == date(2026, 6, 8)


def test_a_province_without_figures_takes_the_national_ones_and_with_figures_its_own(zhejiang: Rulebook) -> None:
    assert zhejiang.parameters is None
    assert in_zhejiang(zhejiang).claim.rulebooks[0] == "national@2"


def test_the_check_says_that_the_file_is_sound(tmp_path: Path) -> None:
    file = tmp_path / "zhejiang-2026.toml"
    file.write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(cli, ["rulebook", "check", str(file)])
    assert result.exit_code == 0
    assert "zhejiang-2026@1 is sound, 3 obligations" in result.stdout


def test_the_check_names_file_line_and_reason_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "zhejiang-2026.toml"
    wrong = TEXT.replace('within = "12 hours"', 'within = "half a day"')
    file.write_text(wrong, encoding="utf-8")
    result = CliRunner().invoke(cli, ["rulebook", "check", str(file)])
    line = wrong[: wrong.index("limits = [")].count("\n") + 1
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}, line {line}: obligations.0.limits.0.within: a limit reads ")


def test_the_check_says_that_a_file_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["rulebook", "check", str(tmp_path / "nothing.toml")])
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr
