"""The description of the interface as one page of HTML that needs no network and no script."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;text-transform:capitalize}
details{border-bottom:1px solid #ddd;padding:.3rem 0}summary{cursor:pointer}
code,pre{font:13px/1.4 ui-monospace,monospace}pre{background:#f5f5f5;padding:.6rem;overflow:auto}
b{display:inline-block;min-width:3.2rem}i{color:#666;font-style:normal}
"""


def docs_page(document: Json) -> str:
    """Return the page for an OpenAPI document."""
    info = document["info"]
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(info['title'])}</title>",
        f"<style>{_STYLE}</style><h1>{escape(info['title'])} <i>{escape(info['version'])}</i></h1>",
        *(f"<p>{escape(paragraph)}</p>" for paragraph in info["description"].split("\n\n")),
        '<p>The same as a document: <a href="../openapi.json">openapi.json</a></p>',
        *_operations(document),
        "<h2>Schemas</h2>",
        *(_schema(name, schema) for name, schema in document["components"]["schemas"].items()),
        "</html>",
    ]
    return "\n".join(parts)


def _operations(document: Json) -> Iterator[str]:
    problems = {f"#/components/responses/{name}": told for name, told in document["components"]["responses"].items()}
    by_tag: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(method, path, operation, problems))
    for tag, operations in by_tag.items():
        yield f"<h2>{escape(tag)}</h2>"
        yield from operations


def _operation(method: str, path: str, operation: Json, problems: Json) -> str:
    lines = [f"<p>Roles: {escape(', '.join(operation['x-roles']))}</p>"]
    lines += [_parameter(each) for each in operation["parameters"]]
    body = operation.get("requestBody", {}).get("content", {})
    lines += [f"<p>Body: {_shape(each)}</p>" for each in body.values()]
    lines += [
        _answer(status, problems.get(answer.get("$ref"), answer)) for status, answer in operation["responses"].items()
    ]
    heading = f"<b>{escape(method.upper())}</b> <code>{escape(path)}</code> <i>{escape(operation['summary'])}</i>"
    return f"<details><summary>{heading}</summary>{''.join(lines)}</details>"


def _answer(status: str, answer: Json) -> str:
    shapes = " ".join(_shape(each) for each in answer["content"].values())
    return f"<p><code>{escape(status)}</code> {escape(answer['description'])} {shapes}</p>"


def _parameter(parameter: Json) -> str:
    required = "required" if parameter.get("required") else "optional"
    told = parameter.get("description") or parameter["schema"].get("description", "")
    return f"<p><code>{escape(parameter['name'])}</code> <i>{parameter['in']}, {required}</i> {escape(told)}</p>"


def _shape(content: Json) -> str:
    name = str(content["schema"].get("$ref", "")).rpartition("/")[2]
    return f'<a href="#{escape(name)}"><code>{escape(name)}</code></a>' if name else ""


def _schema(name: str, schema: Json) -> str:
    shown = json.dumps(schema, ensure_ascii=False, indent=2)
    heading = f'<summary id="{escape(name)}"><code>{escape(name)}</code></summary>'
    return f"<details>{heading}<pre>{escape(shown)}</pre></details>"
