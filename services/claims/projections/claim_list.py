"""The claim list's projector: for each claim that an event touched, its row as of the newest version of its stream.

It folds the whole stream instead of changing the row event by event. A claim has tens of events, so that this costs
little, and it is the same code that answers for the claim itself: the list cannot drift from it. A row is never written
over a newer version, so that a batch taken in twice changes nothing; it is written over its own, so that a list that is
read anew from the beginning of the log gets what a release has added to its rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from claims.application.histories import Histories
from claims.application.rows import StoredEventRow
from claims.application.subjects import CLAIM
from claims.domain.claim.eligibility import eligible_kinds
from claims.domain.claim.money import advanced, paid, status
from claims.domain.claim.state import Claim
from claims.domain.rulebook import Rulebook
from claims.projections.streams import Connection, StreamKey, read_streams
from claims.projections.tables import claim_list
from claims.projections.touched import touched

NAME = "claim_list"

_COLUMNS = ", ".join(column.name for column in claim_list.columns)
_NEWER = ", ".join(f"{column.name} = excluded.{column.name}" for column in claim_list.columns if not column.primary_key)
_WRITE = f"""
insert into claim_list as c ({_COLUMNS})
select {_COLUMNS} from json_populate_recordset(null::claim_list, $1::json) order by tenant, claim_id
on conflict (tenant, claim_id) do update set {_NEWER} where c.version <= excluded.version
"""  # noqa: S608 - constants


class ClaimListProjector:
    """Fulfils the follower's `Projector`."""

    name = NAME

    def __init__(self, histories: Histories, rulebooks: Mapping[str, Rulebook]) -> None:
        """Take every version of every rulebook, by reference: a claim names those that it goes by."""
        self._histories = histories
        self._rulebooks = rulebooks

    async def compute(self, connection: Connection, events: Sequence[StoredEventRow]) -> list[dict[str, Any]]:
        """Return the rows of the claims that the events touch; UnknownToProjectionError."""
        return await self.rows(connection, await touched(connection, self._histories, events, {CLAIM.name}))

    async def rows(self, connection: Connection, claims: set[StreamKey]) -> list[dict[str, Any]]:
        """Return the rows of these claims as of the newest version of their streams."""
        streams = await read_streams(connection, claims)
        return [claim_row(key, self.fold(key.stream_id, history), self._rulebooks) for key, history in streams.items()]

    def fold(self, claim_id: UUID, history: Sequence[StoredEventRow]) -> Claim:
        """Return the claim after its stored events, without personal data."""
        return self._histories.claim(claim_id, self._histories.decoded(history, self._histories.rings.blind()))

    async def write(self, connection: Connection, computed: list[dict[str, Any]]) -> None:
        """Write the rows over older versions."""
        if computed:
            await connection.execute(_WRITE, orjson.dumps(computed).decode())


def claim_row(key: StreamKey, claim: Claim, rulebooks: Mapping[str, Rulebook]) -> dict[str, Any]:
    """Return the row of a reported claim; an enterprise's name is the only name in it.

    What it is eligible for goes by the claim's own stream, as the whole row does: another claim's part of a limit that
    both share would have to move it.
    """
    policy, accident = claim.known_policy, claim.known_accident
    return {
        "tenant": key.tenant,
        "claim_id": key.stream_id,
        "number": claim.number,
        "version": claim.version,
        "status": status(claim).value,
        "insured_name": policy.insured_name,
        "insured_credit_code": policy.insured_credit_code,
        "policy_number": policy.number,
        "broker": policy.broker,
        "region": accident.region,
        "grade": claim.grade,
        "accident_at": accident.occurred_at,
        "reported_at": claim.reported_at,
        "advanced": advanced(claim),
        "paid": paid(claim),
        "adjuster": claim.adjuster,
        "eligible": eligible_kinds(claim, rulebooks),
    }
