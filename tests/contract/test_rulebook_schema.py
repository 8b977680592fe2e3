"""The JSON Schema of rulebooks: as the code says, and true of every packaged rulebook."""

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from claims.reference import rulebook_schema
from claims.reference.rulebook_file import packaged_rulebooks

FILE = Path(__file__).parents[2] / "schemas" / "rulebook.json"


def test_the_stored_schema_is_what_the_code_says() -> None:
    assert FILE.read_text(encoding="utf-8") == rulebook_schema.text()


def test_a_schema_that_is_not_current_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rulebook.json"
    assert rulebook_schema.main(["--check", "--file", str(file)]) == 1
    assert "is not what the code says" in capsys.readouterr().err
    assert rulebook_schema.main(["--file", str(file)]) == 0
    assert rulebook_schema.main(["--check", "--file", str(file)]) == 0


@pytest.mark.parametrize("name", [each.name for each in packaged_rulebooks()])
def test_every_packaged_rulebook_keeps_to_the_schema(name: str) -> None:
    text = next(each.text for each in packaged_rulebooks() if each.name == name)
    written = json.loads(json.dumps(tomllib.loads(text), default=str))
    schema = Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")), format_checker=FormatChecker())
    assert [error.message for error in schema.iter_errors(written)] == []


def test_the_schema_refuses_a_field_that_nobody_knows() -> None:
    schema = Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))
    assert not schema.is_valid({"format": 1, "surprise": True})
