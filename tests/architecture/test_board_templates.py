"""What the board's templates, styles and pages never hold: the policy of its content allows nothing inline."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from claims.dashboard.site import pages

DASHBOARD = Path(__file__).parents[2] / "services" / "claims" / "dashboard"
TEMPLATES = sorted((DASHBOARD / "templates").rglob("*.html"))
SHEETS = sorted((DASHBOARD / "static" / "css").glob("*.css"))
SCRIPTS = sorted((DASHBOARD / "static" / "js").glob("*.js"))

FORBIDDEN = {
    "style=": re.compile(r"""\bstyle\s*=\s*["']"""),
    "a handler": re.compile(r"""[\s"']on[a-z]+\s*=\s*["']"""),
    "hx-on": re.compile(r"\bhx-on\b"),
    "a value of script": re.compile(r"""["']\s*(?:js|javascript)\s*:"""),
    "a script of its own": re.compile(r"""<script\b(?![^>]*\bsrc=)(?![^>]*\btype="application/json")"""),
    "a style of its own": re.compile(r"<style\b"),
    "safe": re.compile(r"\|\s*safe\b|\bMarkup\("),
    "an address of elsewhere": re.compile(r"""(?:src|href)\s*=\s*["']https?:"""),
}
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\b(?:rgba?|hsla?|oklch|lab)\(")
_TITLE = re.compile(r"\{% block title %\}(?P<title>.*?)\{% endblock %\}", re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(DASHBOARD / "templates")))
def test_a_template_holds_nothing_that_the_policy_of_content_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("style=", '<p style="width: 3px">'),
        ("a handler", '<a href="x" onclick="y()">'),
        ("hx-on", '<a hx-on:click="y()">'),
        ("a value of script", """<a hx-vals='js:{a: 1}'>"""),
        ("a value of script", '<a href="javascript:x()">'),
        ("a script of its own", "<script>x()</script>"),
        ("a script of its own", '<script type="module">x()</script>'),
        ("safe", "{{ name | safe }}"),
        ("an address of elsewhere", '<script src="https://cdn.test/x.js">'),
    ],
)
def test_what_is_forbidden_would_be_found(name: str, planted: str) -> None:
    assert FORBIDDEN[name].search(planted)


def test_scripts_with_an_address_and_data_are_no_scripts_of_a_templates_own() -> None:
    for allowed in ("<script src=\"{{ asset('x') }}\" defer></script>", '<script type="application/json" id="d">'):
        assert not FORBIDDEN["a script of its own"].search(allowed)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(DASHBOARD / "templates")))
def test_a_page_is_called_by_what_the_catalogues_or_its_data_call_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parents = [each.template.value for each in Environment(autoescape=True).parse(text).find_all(nodes.Extends)]  # type: ignore[attr-defined]
    if not parents or path.name == "base.html":
        return
    title = _TITLE.search(text)
    assert title or parents == ["sign_in/frame.html"] or path.name == "frame.html", "a page without a title"
    assert title is None or re.search(r"\{\{.*\}\}", title["title"])


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_colours_are_said_in_the_tokens_alone(path: Path) -> None:
    found = _COLOUR.findall(re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    assert path.name == "tokens.css" or found == []


def test_a_colour_outside_of_the_tokens_would_be_found() -> None:
    assert _COLOUR.findall("a { color: #fff; }")
    assert _COLOUR.findall("a { box-shadow: 0 0 1px rgb(0 0 0 / 8%) }")
    assert not _COLOUR.findall("#news { color: var(--ink); }\n#add .x { margin: 0; }")


def test_every_colour_that_a_sheet_names_is_a_token() -> None:
    tokens = set(re.findall(r"(--[a-z-]+):", (DASHBOARD / "static" / "css" / "tokens.css").read_text(encoding="utf-8")))
    for path in SHEETS:
        text = path.read_text(encoding="utf-8")
        own = set(re.findall(r"(--[a-z-]+):", text))
        assert set(re.findall(r"var\((--[a-z-]+)", text)) <= tokens | own, path.name


def test_files_of_the_board_are_short() -> None:
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (*TEMPLATES, *SHEETS, *SCRIPTS)}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_scripts_neither_evaluate_text_nor_write_markup() -> None:
    forbidden = re.compile(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write")
    assert [path.name for path in SCRIPTS if forbidden.search(path.read_text(encoding="utf-8"))] == []


def test_every_page_names_its_roles_and_stands_once() -> None:
    found = pages()
    assert all(page.roles for page in found)
    assert len({(page.method, page.path) for page in found}) == len(found)
    assert {page.method for page in found} <= {"GET", "POST"}
