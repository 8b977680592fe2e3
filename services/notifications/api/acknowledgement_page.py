"""The page behind a signed link: what was told, in Chinese and English, and a button; nothing from elsewhere."""

import html
import json
from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from notifications.application.records import LinkedAlerts

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""The token stands in the address: it is not to be kept, passed on or framed."""

_SHANGHAI = ZoneInfo("Asia/Shanghai")

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>安责 Anze</title><style>
body {{ font: 16px/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem; color: #1c2733 }}
li {{ margin: .4rem 0 }} small {{ color: #5b6b7a }}
button {{ font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: 6px; background: #0b5cad; color: #fff }}
strong {{ color: #b3261e }}
</style></head><body>{body}</body></html>"""

_KINDS: Final = {
    "clock.breached": ("时限逾期", "Breach"),
    "clock.escalated": ("逾期升级", "Escalated breach"),
    "clock.at_risk": ("临期预警", "At risk"),
}


def page(told: LinkedAlerts) -> str:
    """Render all that one message said, which the button is for, and the button, or until when it is acknowledged."""
    events = [json.loads(document) for document in told.documents]
    shown = "".join(f"<li>{_line(event)}</li>" for event in events)
    sandbox = any(event["data"].get("sandbox") for event in events)
    head = "<p><strong>沙箱 · sandbox</strong></p>" if sandbox else ""
    whom = f"<p><small>{html.escape(told.recipient)}</small></p>"
    return _PAGE.format(body=f"<h1>确认知悉 · Acknowledge</h1>{head}{whom}<ul>{shown}</ul>{_end(told, len(events))}")


def refusal(_error: Exception) -> str:
    """Say that a link is of no use, and what to do; not why, which is nobody's business who guesses."""
    words = (
        "链接无效或已过期。请使用最近一条通知中的链接。",
        "This link is not valid any more. Use the one in the latest message.",
    )
    return _PAGE.format(body="".join(f"<p>{each}</p>" for each in words))


def _end(told: LinkedAlerts, number: int) -> str:
    if told.acknowledged_until is not None:
        until = told.acknowledged_until.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")
        return (
            f"<p>已确认，至 {until}（北京时间）不再重复提醒。</p>"
            f"<p>Acknowledged: no repeats until {until} (Shanghai).</p>"
        )
    return (
        f"<form method=post><button>确认知悉（{number}）· Acknowledge ({number})</button></form>"
        "<p><small>确认后暂停向贵方重复提醒，不影响对监管部门的通知。"
        " Stops repeats to you for a while; holds back no notice to an authority.</small></p>"
    )


def _line(event: dict[str, Any]) -> str:
    data = event["data"]
    clock, claim = data.get("clock") or {}, data.get("claim") or {}
    kind = " · ".join(_KINDS.get(event["type"], (event["type"],)))
    words: Sequence[object] = (
        kind, clock.get("rule"), (clock.get("title") or {}).get("zh"), (clock.get("title") or {}).get("en"),
        clock.get("citation"), claim.get("number"), clock.get("due_at"),
    )  # fmt: skip
    return " — ".join(html.escape(str(word)) for word in words if word)
