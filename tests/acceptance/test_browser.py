"""What stands behind every test in a browser: whatever goes wrong on a page is seen, and fails the test."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.support.browser import OpenBrowser, run_axe

pytestmark = pytest.mark.asyncio(loop_scope="session")

_HEAD = "<!doctype html><html lang=en><title>A page</title><link rel=icon href='data:,'><main><h1>A page</h1>"
_PAGES = {
    "/": f"{_HEAD}<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><p style='color:red'>Refused.</p></main>",
    "/broken": f"{_HEAD}</main><script src=/broken.js></script>",
    "/broken.js": "console.warn('odd'); fetch('http://elsewhere.test/x').catch(() => {}); throw new Error('thrown')",
}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the name that the base class calls
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
        if self.path == "/":
            self.send_header("Content-Security-Policy", "default-src 'none'; img-src data:")
        self.end_headers()
        self.wfile.write(_PAGES[self.path].encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as listening:
        serving = threading.Thread(target=listening.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        serving.join()


async def test_axe_sees_what_is_wrong_under_a_policy_that_it_does_not_loosen(
    open_browser: OpenBrowser, server: str
) -> None:
    browsing = await open_browser(server)
    found = await run_axe(await browsing.page("/"))
    assert [each.split(":")[0] for each in found] == ["critical image-alt"]
    browsing.watched.expected("Content Security Policy")


async def test_errors_warnings_and_requests_that_leave_the_host_are_seen(
    open_browser: OpenBrowser, server: str
) -> None:
    browsing = await open_browser(server)
    page = await browsing.context.new_page()
    async with page.expect_console_message(lambda message: "ERR_NAME_NOT_RESOLVED" in message.text):
        await page.goto(f"{server}/broken")
    assert "left the host: http://elsewhere.test/x" in browsing.watched.troubles
    browsing.watched.expected("error: thrown", "console warning: odd", "elsewhere.test")
