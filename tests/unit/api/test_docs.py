"""The page of the interface: from this host alone, with scripts and without."""

import re

from tests.unit.api.conftest import Api


async def test_the_page_loads_from_this_service_and_from_nowhere_else(api: Api) -> None:
    page = await api.client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "://" not in page.text
    loaded = re.findall(r'(?:src|href)="(docs/files/[^"]+)"', page.text)
    assert len(loaded) == 4
    for address in loaded:
        answer = await api.client.get(f"/{address}")
        assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
        assert answer.headers["content-type"].startswith("text/css" if address.endswith(".css") else "text/javascript")
        again = await api.client.get(f"/{address}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_the_page_runs_no_script_but_ours(api: Api) -> None:
    policy = (await api.client.get("/docs")).headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"} <= set(policy)


async def test_what_is_no_file_of_the_page_is_not_found(api: Api) -> None:
    for name in ("nothing.js", "index.html", "start.js.gz", "..%2Fpackages.json", "%2e%2e%2f%2e%2e%2fassets.py"):
        assert (await api.client.get(f"/docs/files/{name}")).status_code == 404


async def test_the_plain_page_loads_nothing_at_all(api: Api) -> None:
    page = await api.client.get("/docs/plain")
    assert page.headers["content-type"].startswith("text/html")
    assert "/v1/claims/{claim_id}/settlement-agreements" in page.text
    assert "<script" not in page.text
    assert re.findall(r"(?:src|href)=\"?([^\">]+)", page.text.replace('href="#', "")) == ["../openapi.json"]
    assert "//" not in "".join(re.findall(r"url\([^)]*\)|@import[^;]*", page.text))
