"""The reference of both interfaces in a browser that can reach nothing but them."""

import pytest
from playwright.async_api import Page
from tests.support.browser import OpenBrowser, shoot
from tests.support.machine import Instance

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_reference_shows_what_an_instance_offers_and_asks_nobody_else(
    sandbox: Instance, open_browser: OpenBrowser
) -> None:
    await _reference(sandbox, open_browser, "notifications", "/v1/deliveries")


async def test_the_reference_of_claims_does_so_too_and_tries_an_operation_out_with_a_token(
    sandbox: Instance, open_browser: OpenBrowser
) -> None:
    page = await _reference(sandbox, open_browser, "claims", "/v1/claims/{claim_id}")
    await page.locator(".btn.authorize").click()
    await page.locator(".auth-container input").fill(
        sandbox.bearer("operations", tenant="picc-sz")["Authorization"][7:]
    )
    await page.locator(".auth-btn-wrapper .authorize").click()
    await page.locator(".btn-done").click()
    block = page.locator(".opblock-get", has=page.locator('[data-path="/v1/rulebooks"]'))
    await block.locator(".opblock-summary-control").click()
    await block.locator(".try-out__btn").click()
    await block.locator(".execute").click()
    answer = block.locator(".live-responses-table .response")
    await answer.wait_for()
    assert (await answer.locator(".response-col_status").inner_text()).strip().startswith("200")
    assert "beijing-2016" in await answer.locator(".response-col_description").inner_text()


async def _reference(sandbox: Instance, open_browser: OpenBrowser, service: str, operation: str) -> Page:
    """Open one, and see that it is whole: a page of that many operations takes seconds."""
    browsing = await open_browser(sandbox.url(service))
    page = await browsing.page("/docs")
    await page.locator(f'.opblock-get [data-path="{operation}"]').wait_for()
    assert await page.title() == f"Anze {service}"
    assert await page.locator(".opblock").count() > 20
    await shoot(page, f"docs-{service}")
    return page


async def test_the_plain_reference_needs_no_script(sandbox: Instance, open_browser: OpenBrowser) -> None:
    for service in ("claims", "notifications"):
        browsing = await open_browser(sandbox.url(service), java_script_enabled=False)
        page = await browsing.page("/docs")
        await page.locator("noscript a").click()
        await page.wait_for_url("**/docs/plain")
        assert await page.locator("details").count() > 20
