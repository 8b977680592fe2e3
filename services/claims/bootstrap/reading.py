"""What interface and board both read through."""

from dataclasses import dataclass

from claims.application.calendars import Calendars
from claims.application.explanations import Explanations
from claims.application.history import Past
from claims.application.ports import EventStore
from claims.application.queries import Queries
from claims.application.recalculation import Planner
from claims.application.reporting import Reporting
from claims.application.streaming import Streams
from claims.application.subject_store import SubjectStore
from claims.bootstrap.parts import Parts
from claims.event_store.log_pages import LogPages
from claims.event_store.reader import Reader
from claims.projections.claim_pages import ClaimPages
from claims.projections.clock_pages import ClockPages
from claims.projections.reporting import ReportFigures
from claims.projections.running_clocks import RunningClocks
from claims.reference.versions import CalendarVersions

ROLE_OF_API = "claims_read"


@dataclass(frozen=True, slots=True)
class Reading:
    """The queries of one process; those who follow the feed in it follow it together."""

    queries: Queries
    past: Past
    explanations: Explanations
    streams: Streams
    calendars: Calendars
    reports: Reporting


def reading(parts: Parts, store: EventStore, reader: Reader) -> Reading:
    """Return the queries over a store and a reader."""
    queries = Queries(store, parts.histories, ClaimPages(reader), ClockPages(reader), LogPages(reader))
    versions = CalendarVersions(parts.pool, ROLE_OF_API)
    planner = Planner(store, parts.histories, parts.reference)
    return Reading(
        queries=queries,
        past=Past(store, parts.histories),
        explanations=Explanations(parts.reference, versions, SubjectStore(store, parts.histories)),
        streams=Streams(queries),
        calendars=Calendars(parts.reference, versions, RunningClocks(reader), planner),
        reports=Reporting(ReportFigures(reader), parts.kpis),
    )
