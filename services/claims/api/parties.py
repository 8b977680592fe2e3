"""The routes of parties: an administrator registers them, and they see themselves."""

import re

from starlette.responses import Response

from claims.api.answers.parties import PartiesPage, PartyAnswer
from claims.api.bodies.parties import PartyBody
from claims.api.filters import Nothing, Paging
from claims.api.idempotency import body_hash, expected_version
from claims.api.middleware import correlation_id
from claims.api.render import json_response, moment
from claims.api.routes import BASE, Call, Route, body_of, parsed
from claims.application.calls import Envelope, NotFound
from claims.domain.party.party import Party

_LIST = f"{BASE}/parties"
_ONE = f"{BASE}/parties/{{code}}"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ADMIN = frozenset({"admin"})
_SEE_PARTIES = frozenset({"insurer", "operations", "broker", "admin"})


async def _put(call: Call) -> Response:
    """The same content again stores nothing, so that a retry is harmless without a key."""
    call.query(Nothing)
    code, if_match = _code(call), expected_version(call.request)
    content = await body_of(call.request)
    body = parsed(PartyBody, content)
    envelope = Envelope(
        key_hash=b"",
        body_hash=body_hash(call.request.path_params, content),
        correlation_id=correlation_id(call.request),
        status=200,
        if_match=if_match,
        command=call.operation,
    )
    outcome = await call.services.parties.register(call.caller, code, lambda now: body.command(code, now), envelope)
    return _response(outcome.party, outcome.status)


async def _party(call: Call) -> Response:
    call.query(Nothing)
    return _response(await call.services.parties.one(call.caller.scope, _code(call)))


async def _parties(call: Call) -> Response:
    query = call.query(Paging)
    page = await call.services.parties.page(call.caller.scope, query.cursor, query.limit)
    answer: PartiesPage = {"items": [party_answer(each) for each in page.items], "next_cursor": page.next_cursor}
    return json_response(answer)


def _code(call: Call) -> str:
    text: str = call.request.path_params["code"]
    if not _CODE.fullmatch(text):
        raise NotFound("party", text)
    return text


def _response(party: Party, status: int = 200) -> Response:
    headers = {"ETag": f'"{party.version}"'}
    if status == 201:
        headers["Location"] = f"{_LIST}/{party.code}"
    return json_response(party_answer(party), status, headers)


def party_answer(party: Party) -> PartyAnswer:
    """Return a registered party as JSON; LookupError for one that is not."""
    registered, standing = party.registered_at, party.standing
    if registered is None or standing is None:
        raise LookupError(f"the party {party.code} is not registered")
    return {
        "code": party.code,
        "kind": party.kind,
        "regions": list(standing.regions),
        "active_from": standing.active_from.isoformat(),
        "registered_at": moment(registered),
        "changed_at": moment(standing.since),
        "version": party.version,
    }


def party_routes() -> tuple[Route, ...]:
    """Return the three routes."""
    return (
        Route(
            method="PUT",
            path=_ONE,
            name="put_party",
            summary=(PartyBody.__doc__ or "").strip(),
            roles=_ADMIN,
            handle=_put,
            answer=PartyAnswer,
            tag="parties",
            first_status=201,
            body=PartyBody,
            query=Nothing,
            versioned=True,
            problems=(400, 409, 412, 413, 415, 422),
        ),
        Route(
            method="GET",
            path=_ONE,
            name="get_party",
            summary="A party, and where it is active.",
            roles=_SEE_PARTIES,
            handle=_party,
            answer=PartyAnswer,
            tag="parties",
            query=Nothing,
        ),
        Route(
            method="GET",
            path=_LIST,
            name="list_parties",
            summary="The parties that the caller may see, by code: an administrator all, a party itself.",
            roles=_SEE_PARTIES,
            handle=_parties,
            answer=PartiesPage,
            tag="parties",
            query=Paging,
        ),
    )
