"""What a page or a part of one says and how it is built, for tests to judge."""

from html.parser import HTMLParser

_EMPTY = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "source"})
_FIELDS = frozenset({"input", "select", "textarea"})


class Markup(HTMLParser):
    """One answer, read once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.links: list[str] = []
        self.landmarks: list[tuple[str, str | None]] = []
        self.faults: list[str] = []
        self._labels: set[str] = set()
        self._fields: list[dict[str, str | None]] = []
        self._open: list[str] = []
        self.feed(text)
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        self.faults += [f"id {each} stands twice" for each in set(self.ids) if self.ids.count(each) > 1]
        self.faults += [f"a field without a label: {each}" for each in self._fields if not self._labelled(each)]
        skipped = zip([0, *self.headings], self.headings, strict=False)
        self.faults += [f"h{after} follows on h{before}" for before, after in skipped if before and after > before + 1]

    @property
    def text(self) -> str:
        """Return what is read."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"] or "")
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        if tag == "a":
            self.links.append(found.get("href") or "")
        if tag == "label":
            self._labels.add(found.get("for") or "")
        if tag in _FIELDS and found.get("type") != "hidden":
            self._fields.append(found)
        if tag in {"nav", "main", "header"}:
            self.landmarks.append((tag, found.get("aria-label")))
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}")
        elif self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def _labelled(self, field: dict[str, str | None]) -> bool:
        return bool(field.get("aria-label")) or field.get("id") in self._labels
