"""Files for browsers: addresses that name what they lead to, and nothing else behind them."""

import gzip
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from claims.assets import Assets, MissingFilesError, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two modules, one of which imports the other, and what lies outside."""
    made = tmp_path / "static"
    (made / "js").mkdir(parents=True)
    (made / "js" / "today.js").write_text('import "./live.js";\n' * 100)
    (made / "js" / "live.js").write_text("export {};\n")
    (tmp_path / "secret.json").write_text("{}")
    return made


def client(assets: Assets) -> httpx2.AsyncClient:
    board = Starlette(routes=[Route("/static/{path:path}", assets.serve)])
    transport = httpx2.ASGITransport(Starlette(routes=[Mount("/board", board)]))
    return httpx2.AsyncClient(transport=transport, base_url="http://claims.test")


async def test_a_file_is_kept_for_ever_under_an_address_that_names_its_content(folder: Path) -> None:
    assets = Assets("/board/static", load(folder))
    async with client(assets) as http:
        answer = await http.get(assets.url("js/today.js"), headers={"Accept-Encoding": "identity"})
    assert answer.content == (folder / "js" / "today.js").read_bytes()
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    before = assets.url("js/today.js")
    (folder / "js" / "live.js").write_text("export const changed = 1;\n")
    changed = Assets("/board/static", load(folder))
    assert changed.url("js/today.js") != before
    async with client(changed) as http:
        assert (await http.get(before)).status_code == 404


async def test_modules_reach_each_other_by_relative_addresses(folder: Path) -> None:
    assets = Assets("/board/static", load(folder))
    async with client(assets) as http:
        found = await http.get(assets.url("js/today.js").replace("today.js", "./live.js"))
    assert found.text == "export {};\n"


async def test_a_file_goes_packed_to_who_takes_gzip_and_not_again_to_who_has_it(folder: Path) -> None:
    assets = Assets("/board/static", load(folder))
    address, size = assets.url("js/today.js"), (folder / "js" / "today.js").stat().st_size
    tags = set()
    async with client(assets) as http:
        for accepted, packed in (("gzip, deflate, br", True), ("br", False), ("gzip;q=0", False)):
            answer = await http.get(address, headers={"Accept-Encoding": accepted})
            assert ("content-encoding" in answer.headers, int(answer.headers["content-length"]) < size) == (packed,) * 2
            assert (len(answer.content), answer.headers["vary"]) == (size, "Accept-Encoding")
            tags.add(answer.headers["etag"])
            held = {"Accept-Encoding": accepted, "If-None-Match": f'"other", W/{answer.headers["etag"]}'}
            assert (await http.get(address, headers=held)).status_code == 304
    assert len(tags) == 2


async def test_no_address_leads_out_of_the_folders(folder: Path) -> None:
    assets = Assets("/board/static", load(folder))
    version = assets.url("js/live.js").split("/")[3]
    async with client(assets) as http:
        inside = ("../../secret.json", "js", "/js/live.js", "js%2f..%2fjs%2flive.js")
        outside = ("../secret.json", "secret.json", "", version, f"{folder}/js/live.js")
        for path in (*outside, *(f"{version}/{each}" for each in inside)):
            assert (await http.get(f"/board/static/{path.replace('..', '%2e%2e')}")).status_code == 404, path


def test_what_was_packed_at_set_up_is_taken_as_it_is(folder: Path) -> None:
    packed = gzip.compress(b"packed before", mtime=0)
    (folder / "js" / "live.js.gz").write_bytes(packed)
    found = load(folder)
    assert sorted(found) == ["js/live.js", "js/today.js"]
    assert found["js/live.js"].packed == packed


def test_an_empty_folder_says_how_it_is_filled(tmp_path: Path) -> None:
    with pytest.raises(MissingFilesError, match="run `make setup`"):
        load(tmp_path / "browser_files")


def test_a_name_stands_for_one_file_and_a_wrong_one_for_none(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"js/live\.js"):
        Assets("/board/static", load(folder), load(folder))
    with pytest.raises(KeyError):
        Assets("/board/static", load(folder)).url("js/other.js")
