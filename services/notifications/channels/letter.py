"""A message as a letter: text and HTML in the recipient's language."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifications.channels.content import Sheet

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_SENDER_NAMES: Final = {"zh": "安责预警", "en": "Anze alerts"}


def letter_of(sheet: Sheet, sender: str, receiver: str, now: datetime) -> EmailMessage:
    """Write the letter. Its Message-ID is the message's id, so that a repetition is known as one."""
    letter = EmailMessage(policy=SMTP)
    user, domain = sender.split("@")
    letter["From"] = Address(_SENDER_NAMES[sheet.words.language], user, domain)
    letter["To"] = receiver
    letter["Subject"] = subject_of(sheet)
    letter["Date"] = format_datetime(now.astimezone(UTC))
    letter["Message-ID"] = f"<{sheet.message_id}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["Content-Language"] = sheet.words.language
    if sheet.sandbox:
        letter["X-Anze-Sandbox"] = "true"
    given = {"sheet": sheet, "words": sheet.words}
    letter.set_content(_TEMPLATES.get_template("alert.txt.j2").render(given), cte="base64")
    letter.add_alternative(_TEMPLATES.get_template("alert.html.j2").render(given), subtype="html", cte="base64")
    return letter


def subject_of(sheet: Sheet) -> str:
    """What it is and which rule, which claim, until when; of a digest how many there are."""
    words = sheet.words
    said = [sheet.title]
    if len(sheet.notices) == 1:
        notice = sheet.notices[0]
        due = f"{words.labels['due']} {notice.due}" if notice.due else ""
        said += [part for part in (notice.claim, due) if part]
    return (words.mark if sheet.sandbox else "") + " · ".join(said)
