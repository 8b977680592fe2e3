"""The data folder: private, held by one at a time, and of one kind for ever."""

import stat
from pathlib import Path

import pytest

from anze.data_folder import DataFolder, default_path
from anze.development_keys import DevelopmentKeys
from anze.errors import DataFolderError


def _opened(path: Path, *, sandbox: bool = False) -> DataFolder:
    return DataFolder(path).open(sandbox=sandbox)


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_folder_keeps_its_kind(tmp_path: Path, *, sandbox: bool) -> None:
    _opened(tmp_path / "data", sandbox=sandbox).close()
    with pytest.raises(DataFolderError, match="sandbox") as refusal:
        _opened(tmp_path / "data", sandbox=not sandbox)
    assert "\n" not in str(refusal.value)
    _opened(tmp_path / "data", sandbox=sandbox).close()


def test_a_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    first = _opened(tmp_path / "data")
    with pytest.raises(DataFolderError, match="in use"):
        _opened(tmp_path / "data")
    first.close()
    _opened(tmp_path / "data").close()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(DataFolderError, match="not a data folder"):
        _opened(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("marker", ["", "[]", '{"format": 2, "sandbox": true}', '{"format": 1}'])
def test_a_folder_of_another_version_is_refused(tmp_path: Path, marker: str) -> None:
    (tmp_path / "instance.json").write_text(marker)
    with pytest.raises(DataFolderError, match=r"instance\.json"):
        _opened(tmp_path)


def test_a_path_through_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match="cannot be used"):
        _opened(tmp_path / "file" / "data")


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANZE_DATA", str(tmp_path))
    assert default_path() == tmp_path
    monkeypatch.delenv("ANZE_DATA")
    assert default_path() == Path.home() / ".local" / "share" / "anze"


def test_keys_are_private_and_never_replaced(tmp_path: Path) -> None:
    folder = _opened(tmp_path / "data")
    keys = DevelopmentKeys(folder.keys)
    keys.make()
    before = (keys.signing.read_text(), keys.claims_master_key, keys.notifications_secret_key)
    keys.make()
    assert before == (keys.signing.read_text(), keys.claims_master_key, keys.notifications_secret_key)
    assert {stat.S_IMODE(entry.stat().st_mode) for entry in folder.keys.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    folder.close()


def test_the_public_keys_hold_no_private_part(tmp_path: Path) -> None:
    folder = _opened(tmp_path / "data")
    keys = DevelopmentKeys(folder.keys)
    keys.make()
    assert '"d"' in keys.signing.read_text()
    assert '"d"' not in keys.public.read_text()
    folder.close()
