"""A rulebook that is not sound is refused with file, line and reason."""

import pytest

from claims.reference.rulebook_file import RulebookRefused, packaged_rulebooks, read_rulebook

TEXT = next(each.text for each in packaged_rulebooks() if each.rulebook.id == "shenzhen-2018")

NATIONAL = next(each.text for each in packaged_rulebooks() if each.rulebook.id == "national")


def refusal_of(text: str) -> list[str]:
    """The lines that are said about a text."""
    with pytest.raises(RulebookRefused) as refused:
        read_rulebook("a.toml", text)
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("written", "instead", "reason"),
    [
        ('region = "440300"', 'region = "44"', "region: String should match"),
        ("applied_from = 2018-01-01", 'applied_from = "2018"', "applied_from: Input should be a valid date"),
        ("value = 60", "value = 160", "parameters.rescue_minimum_percent.value: Input should be less than"),
        ('value = "10000.00"', 'value = "10000.001"', "parameters.small_claim_threshold.value: an amount is"),
        ('value = "major"', 'value = "grave"', "unknown grade of accident 'grave'"),
        ('zh = "理赔运营人员"', 'zh = ""', "roles.operations.zh: String should have at least"),
        ('scope = "claim"', 'scope = "victim"', "scope: Input should be"),
        ('scope = "claim"', 'scope = "hazard"', "happens to something else than a hazard"),
        ('tier = "target"', 'tier = "aim"', "tier: a tier is statutory, service, target, kpi, information"),
        ('tier = "target"', 'tier = "kpi"', "tier: a kpi is reported, it has neither starts nor limits"),
        ('id = "SZ-20.4"', 'id = "SZ-20.3"', "SZ-20.3 is there twice"),
        ('starts = ["claim_accepted"]', 'starts = ["claim_acepted"]', "unknown milestone 'claim_acepted'"),
        ('starts = ["claim_accepted"]', "starts = []", "starts: name what starts the clock"),
        (
            'starts = ["claim_accepted"]',
            'starts = ["advance_paid"]',
            "advance_paid happens to something else",
        ),
        ('advance_kind = "rescue"', 'advance_kind = "rescu"', "unknown kind of advance 'rescu'"),
        ('advance_kind = "rescue"', "", "it is given if, and only if, the scope is advance"),
        ('met_by = ["claim_decided"]', "met_by = []", "met_by: name what meets it"),
        ('met_by = ["claim_decided"]', 'met_by = ["claim_decided"]\npaused_by = ["x"]', "nothing that lasts is called"),
        ('limits = [{ within = "1 hour" }]', "limits = []", "limits: name at least one limit"),
        ('requested_by = "insured"', "", "it is given if, and only if, the scope is direct_payment"),
        ('within = "24 hours"', 'within = "1 day"', 'a limit reads "24 hours"'),
        ('within = "24 hours"', 'within = "0 hours"', 'a limit reads "24 hours"'),
        ('up_to = "500000.00"', "up_to = 500000", "an amount is a text in yuan"),
        ('up_to = "500000.00"', 'up_to = "100000.00"', "the amounts of the brackets ascend"),
        ('limits = [{ within = "1 hour" }]', 'limits = [{ up_to = "1.00", within = "1 hour" }]', "every amount has a"),
        ('    { up_to = "2000000.00",', "    {", "only the last bracket has no up_to"),
        ('recipients = "broker_service"', 'recipients = "broker"', "there is no list [recipients.broker]"),
        ('recipients = "broker_service"', "", "recipients: Field required"),
        ('recipients = "broker_service"', 'recipients = "target"\nrecipient = "x"', "recipient: Extra inputs are not"),
    ],
)
def test_a_fault_is_refused_at_its_line(written: str, instead: str, reason: str) -> None:
    assert written in TEXT
    line = TEXT[: TEXT.index(written)].count("\n") + 1
    said = refusal_of(TEXT.replace(written, instead, 1))
    table = next(n for n in range(line, 0, -1) if TEXT.splitlines()[n - 1].startswith("[") or n == 1)
    matching = [each for each in said if reason in each]
    assert matching, said
    told = int(matching[0].removeprefix("a.toml, line ").split(":")[0])
    assert table <= told <= line + 5


@pytest.mark.parametrize(
    ("written", "instead", "place", "reason"),
    [
        ("deaths = 3\n", "deaths = 0\n", "accident_grades.major.deaths", "Input should be greater than or equal to 1"),
        ("deaths = 3\n", "", "accident_grades.major.deaths", "Field required"),
        ('"50000000.00"', "50000000", "accident_grades.serious.direct_loss", "an amount is a text in yuan"),
        (
            "deaths = 10\n",
            "deaths = 30\n",
            "accident_grades",
            "deaths ascends from major over serious to extraordinary",
        ),
        ("{ traffic = 7,", "{ traffic = 0,", "accident_grades.regrading.days_by_kind.traffic", "greater than or equal"),
        ("[accident_grades.regrading]", "[accident_grades.counting]", "accident_grades.regrading", "Field required"),
        (
            "[accident_grades.major]",
            "[accident_grades.minor]",
            "accident_grades.minor",
            "Extra inputs are not permitted",
        ),
    ],
)
def test_an_odd_table_of_grades_is_refused_with_its_place(written: str, instead: str, place: str, reason: str) -> None:
    assert written in NATIONAL
    said = refusal_of(NATIONAL.replace(written, instead, 1))
    matching = [each for each in said if f"{place}: " in each and reason in each]
    assert matching, said
    line = int(matching[0].removeprefix("a.toml, line ").split(":")[0])
    assert (
        "accident_grades" in NATIONAL.splitlines()[line - 1]
        or "_by_kind" in NATIONAL.splitlines()[line - 1]
        or any(key in NATIONAL.splitlines()[line - 1] for key in ("deaths", "direct_loss"))
    )


def test_the_rulebook_of_the_whole_country_says_how_accidents_are_graded() -> None:
    tables = NATIONAL[NATIONAL.index("[accident_grades.extra") : NATIONAL.index("# ── Roles")]
    (said,) = refusal_of(NATIONAL.replace(tables, ""))
    assert said.endswith("accident_grades: the rulebook of the whole country says how accidents are graded")


def test_a_misspelt_milestone_is_told_at_its_very_line_with_the_known_ones() -> None:
    line = TEXT[: TEXT.index('met_by = ["client_told"]')].count("\n") + 1
    (said,) = refusal_of(TEXT.replace('met_by = ["client_told"]', 'met_by = ["told"]'))
    assert said.startswith(f"a.toml, line {line}: obligations.4.met_by.0: unknown milestone 'told'; known are ")
    assert "client_told" in said


def test_a_role_that_nobody_defined_is_refused() -> None:
    (said,) = refusal_of(TEXT.replace('breached = ["operations", "compliance"]', 'breached = ["staff"]'))
    assert said.endswith("recipients.target: there is no role 'staff'")


def test_a_role_that_is_to_hear_of_emergencies_must_exist() -> None:
    (said,) = refusal_of(TEXT.replace('value = ["operations", "insurance_regulator"', 'value = ["police"'))
    assert said.endswith("parameters.emergency_recipients: there is no role 'police'")


def test_an_application_that_ends_before_it_begins_is_refused() -> None:
    (said,) = refusal_of(
        TEXT.replace("applied_from = 2018-01-01", "applied_from = 2018-01-01\napplied_to = 2017-12-31")
    )
    assert said.endswith("applied_to: it is before applied_from")


def test_a_text_that_is_no_toml_is_refused_with_its_line() -> None:
    (said,) = refusal_of("format = 1\nid = = 2\n")
    assert said.startswith("a.toml: ")
    assert "line 2" in said


def test_every_fault_of_a_file_is_told_at_once() -> None:
    said = refusal_of(
        TEXT.replace('region = "440300"', "region = 4").replace('citation = "深圳规范第十四条（一）"', "")
    )
    assert [each.split(": ")[1] for each in said] == ["region", "obligations.0.citation"]


def test_two_texts_have_different_fingerprints_and_the_same_text_the_same() -> None:
    first = read_rulebook("a.toml", TEXT)
    assert first.sha256 == read_rulebook("b.toml", TEXT).sha256
    assert first.sha256 != read_rulebook("a.toml", f"{TEXT}\n").sha256


def test_every_packaged_rulebook_is_sound_and_named_by_its_id() -> None:
    packaged = packaged_rulebooks()
    assert packaged
    assert all(each.name.startswith(each.rulebook.id) for each in packaged)


EITHER = 'recipients = { insurer = "insurer_service", broker = "broker_service" }'


@pytest.mark.parametrize(
    ("written", "instead", "reason"),
    [
        (EITHER, 'recipients = "insurer_service"', "a list for each of insurer and broker"),
        (EITHER, EITHER.replace("broker_service", "brokers"), "there is no list [recipients.brokers]"),
        ('responsible = "insurer"\n', 'responsible = "insurer_or_broker"\n', "of a claim say insurer or broker"),
    ],
)
def test_what_either_can_owe_says_who_hears_of_each_and_is_about_a_party(
    written: str, instead: str, reason: str
) -> None:
    assert written in TEXT
    assert any(reason in each for each in refusal_of(TEXT.replace(written, instead, 1)))
