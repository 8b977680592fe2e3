"""The form of a repeat: the event as it was told, and how often that was before."""

import json


def with_repeat(document: str, number: int) -> str:
    """The event as it is sent again: its data says how often it was said before."""
    event = json.loads(document)
    event["data"]["repeat"] = number
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
