"""The projector of the lists of complaints and hazards: for each that an event touched, its row anew."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from claims.application.histories import Histories
from claims.application.recorded import Recorded
from claims.application.rows import StoredEventRow
from claims.application.subjects import KINDS
from claims.domain.complaint.state import Complaint
from claims.domain.hazard.state import Hazard
from claims.projections.streams import Connection, StreamKey, kinds_of, read_streams
from claims.projections.tables import subject_list
from claims.projections.touched import touched

NAME = "subject_list"

Row = dict[str, Any]

_COLUMNS = ", ".join(subject_list.columns.keys())
_NEWER = ", ".join(f"{each.name} = excluded.{each.name}" for each in subject_list.columns if not each.primary_key)
_WRITE = f"""
insert into subject_list as s ({_COLUMNS})
select {_COLUMNS} from json_populate_recordset(null::subject_list, $1::json) order by tenant, subject_id
on conflict (tenant, subject_id) do update set {_NEWER} where s.version < excluded.version
"""  # noqa: S608 - constants
_STORED = f"select {_COLUMNS} from subject_list where (tenant, subject_id) = ($1, $2)"  # noqa: S608 - constants
_UNLIST = "delete from subject_list where (tenant, subject_id) = ($1, $2)"

ORPHANS = """delete from subject_list l
where not exists (select from streams s where (s.tenant, s.stream_id, s.kind) = (l.tenant, l.subject_id, l.kind))"""
"""What belongs to no subject at all."""


def _complaint(complaint: Complaint) -> Row:
    received = complaint.known
    return {
        "party_kind": received.party_kind,
        "nature": received.kind,
        "status": complaint.status.value,
        "region": received.region,
        "claim_id": received.claim_id,
        "begun_at": complaint.known_since,
    }


def _hazard(hazard: Hazard) -> Row:
    found = hazard.known
    return {
        "party_kind": found.party_kind,
        "nature": found.kind,
        "status": hazard.status.value,
        "region": found.region,
        "claim_id": None,
        "begun_at": hazard.known_since,
    }


LISTED: Mapping[str, Callable[[Any], Row]] = {"complaint": _complaint, "hazard": _hazard}
"""By kind: what a list shows of a subject."""


def subject_row(kind: str, key: StreamKey, state: Any) -> Row:
    """Return the row of a subject."""
    whose = {"tenant": key.tenant, "subject_id": key.stream_id, "kind": kind, "version": state.version}
    return {**whose, **LISTED[kind](state)}


class SubjectListProjector:
    """Fulfils the follower's `Projector`."""

    name = NAME

    def __init__(self, histories: Histories) -> None:
        self._histories = histories

    async def compute(self, connection: Connection, events: Sequence[StoredEventRow]) -> list[Row]:
        """Return the rows of the subjects that the events touch; UnknownToProjectionError."""
        keys = await touched(connection, self._histories, events, LISTED)
        kinds, streams = await kinds_of(connection, keys), await read_streams(connection, keys)
        blind = self._histories.rings.blind()
        return [
            subject_row(kinds[key], key, KINDS[kinds[key]].after(key.stream_id, self._histories.decoded(rows, blind)))
            for key, rows in streams.items()
        ]

    async def write(self, connection: Connection, computed: list[Row]) -> None:
        """Write the rows over older versions."""
        if computed:
            await connection.execute(_WRITE, orjson.dumps(computed).decode())


class SubjectShelf:
    """The list's row of a subject of one kind, for rebuild and comparison."""

    keys: Mapping[str, tuple[str, ...]] = {NAME: ("subject_id",)}

    def __init__(self, kind: str, histories: Histories) -> None:
        self._kind = kind
        self._projector = SubjectListProjector(histories)

    def expected(self, key: StreamKey, state: Any, history: Sequence[Recorded]) -> Mapping[str, list[Row]]:  # noqa: ARG002
        """Return the row that a subject's stream calls for."""
        return {NAME: [subject_row(self._kind, key, state)]}

    async def stored(self, connection: Connection, key: StreamKey) -> Mapping[str, list[Row]]:
        """Return the row that stands."""
        return {NAME: [dict(row) for row in await connection.fetch(_STORED, key.tenant, key.stream_id)]}

    async def replace(self, connection: Connection, key: StreamKey, rows: Mapping[str, list[Row]]) -> None:
        """Write the row, whatever version stands there."""
        await connection.execute(_UNLIST, key.tenant, key.stream_id)
        await self._projector.write(connection, rows[NAME])
