"""The OpenAPI 3.1 document, made of the same tables as the routes."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from claims.api import idempotency
from claims.api.answers.problem import ProblemAnswer
from claims.api.middleware import CORRELATION_HEADER
from claims.api.problems import MEDIA_TYPE
from claims.api.routes import PUBLIC, Route

Json: TypeAlias = dict[str, Any]

TITLE = "Anze claims"
VERSION = "1.0.0"
_DESCRIPTION = """Claims on work-safety liability policies (安责险): reports, advances, payments, every clock.

Money is a decimal string in yuan (CNY); moments are RFC 3339 with an offset, answers are in +08:00. Unknown fields and
parameters are refused (422). Every POST that changes something needs an Idempotency-Key. Errors are problem details
(RFC 9457) of type `urn:anze:problem:<code>`. What a caller may not see is 404, what it may not do is 403."""

_PARAMETER = re.compile(r"{(\w+)}")
_STATUSES = {
    400: "A header is missing or cannot be read, or the body is not JSON.",
    401: "No valid token.",
    403: "Not allowed for this caller.",
    404: "Not found, or not to be seen by this caller.",
    406: "None of the forms that Accept names is to be had.",
    409: "A rule of the business is broken: `rule`, `article` and `facts` say which.",
    412: "It moved on since the version that If-Match names.",
    413: "The body is larger than 1 MB.",
    415: "The body is not application/json.",
    422: "Some fields cannot be accepted (`errors`), or the key came before with another body.",
    503: "Not available just now: try again after Retry-After.",
}


class _Schemas(GenerateJsonSchema):
    """Without a title for every field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic asks it of each field
        """Return False."""
        return False


def document(routes: Iterable[Route]) -> Json:
    """Return the document that describes the routes."""
    routes = tuple(routes)
    refs, schemas = _schemas(routes)
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": _DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {f"Problem{status}": _problem(told, refs) for status, told in _STATUSES.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _schemas(routes: Sequence[Route]) -> tuple[dict[Any, Json], Json]:
    """Return a reference for every model of a body or an answer, and the schemas that they refer to."""
    bodies: list[Any] = [route.body for route in routes if route.body is not None]
    answers = [route.answer for route in routes if not isinstance(route.answer, str)]
    inputs: list[tuple[Any, Any, TypeAdapter[Any]]] = [
        *((each, "validation", TypeAdapter(each)) for each in dict.fromkeys(bodies)),
        *((each, "serialization", TypeAdapter(each)) for each in dict.fromkeys([*answers, ProblemAnswer])),
    ]
    refs, found = TypeAdapter.json_schemas(
        inputs, ref_template="#/components/schemas/{model}", schema_generator=_Schemas
    )
    return {model: ref for (model, _), ref in refs.items()}, dict(sorted(found["$defs"].items()))


def _operation(route: Route, refs: dict[Any, Json]) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
        "responses": _responses(route, refs),
        "security": [] if route.roles == PUBLIC else [{"token": []}],
        "x-roles": sorted(route.roles),
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": refs[route.body]}}}
    return operation


def _path_parameters(route: Route) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", **({"format": "uuid"} if _is_uuid(name) else {})},
        }
        for name in _PARAMETER.findall(route.path)
    ]


def _is_uuid(name: str) -> bool:
    return name.endswith("_id") and name != "rulebook_id"


def _query_parameters(route: Route) -> list[Json]:
    if route.query is None:
        return []
    schema = route.query.model_json_schema(schema_generator=_Schemas)
    return [
        {"name": name, "in": "query", "schema": _not_null(found)}
        for name, found in schema.get("properties", {}).items()
    ]


def _not_null(schema: Json) -> Json:
    """A parameter is there or not; it is never null."""
    rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"} or value is not None}
    options = [option for option in rest.pop("anyOf", []) if option != {"type": "null"}]
    return {**rest, **options[0]} if len(options) == 1 else rest


def _header_parameters(route: Route) -> list[Json]:
    parameters = [_header(CORRELATION_HEADER, "1 to 64 of A-Z a-z 0-9 . _ -; else one is made; echoed in the answer.")]
    if route.keyed:
        told = "1 to 200 visible ASCII characters: the same key with the same body gives the first answer again."
        parameters.insert(0, {**_header(idempotency.HEADER, told), "required": True})
    if route.versioned:
        parameters.insert(
            1,
            _header("If-Match", 'The ETag of what it is about, as the caller knows it, such as "3", of a clock "1.0".'),
        )
    return parameters


def _header(name: str, told: str) -> Json:
    return {"name": name, "in": "header", "description": told, "schema": {"type": "string"}}


def _responses(route: Route, refs: dict[Any, Json]) -> Json:
    answer = (
        {route.answer: {"schema": {"type": "string"}}}
        if isinstance(route.answer, str)
        else {"application/json": {"schema": refs[route.answer]}}
    )
    answer |= {file: {"schema": {"type": "string", "contentMediaType": file}} for file in route.files}
    responses: Json = {str(route.status): {"description": "Done." if route.keyed else "Here it is.", "content": answer}}
    headers = _response_headers(route)
    if headers:
        responses[str(route.status)]["headers"] = headers
    if route.first_status is not None:
        responses[str(route.first_status)] = {**responses[str(route.status)], "description": "Made."}
    for status in sorted({*_expected_problems(route), *route.problems}):
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return responses


_WITH_ETAG = frozenset(
    {"report_claim", "get_claim", "get_clock"}
    | {f"{what}_{kind}" for kind in ("complaint", "hazard") for what in ("begin", "get")}
)


def _problem(told: str, refs: dict[Any, Json]) -> Json:
    return {"description": told, "content": {MEDIA_TYPE: {"schema": refs[ProblemAnswer]}}}


def _response_headers(route: Route) -> Json:
    names = [idempotency.REPLAYED] if route.keyed and route.tag == "commands" else []
    names += ["Location"] if route.status == 201 else []
    names += ["Content-Disposition"] if route.files else []
    names += ["ETag"] if route.versioned or route.name in _WITH_ETAG else []
    return {name: {"schema": {"type": "string"}} for name in names}


def _expected_problems(route: Route) -> set[int]:
    found: set[int] = set()
    if route.roles != PUBLIC:
        found |= {401, 403, 503}
    if _PARAMETER.search(route.path):
        found.add(404)
    if route.keyed:
        found |= {400, 409, 413, 415, 422}
    if route.versioned:
        found.add(412)
    if route.query is not None:
        found.add(422)
    return found
