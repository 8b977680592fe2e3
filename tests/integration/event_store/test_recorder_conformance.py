"""The conformance suites of the `eventsourcing` library pass on the event store."""

import pytest
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, ProcessRecorder, TrackingRecorder
from eventsourcing.tests import persistence
from tests.support.postgres import Database
from tests.support.recorders import AggregateOnly, Recorder


class OnTheEventStore:
    """Gives each test of a suite a recorder over a fresh database."""

    made: list[Recorder]
    url: str

    @pytest.fixture(autouse=True)
    def _database(self, claims_database: Database):  # type: ignore[no-untyped-def]  # noqa: ANN202
        self.url, self.made = claims_database.url("claims_worker"), []
        yield
        for recorder in self.made:
            recorder.close()

    def recorder(self, kind: type[Recorder] = Recorder) -> Recorder:
        """A recorder that is closed with the test."""
        self.made.append(kind(self.url))
        return self.made[-1]


class TestAsAggregateRecorder(OnTheEventStore, persistence.AggregateRecorderTestCase):
    """Versions of one stream."""

    def create_recorder(self) -> AggregateRecorder:
        """Return what the suite tries."""
        return self.recorder(AggregateOnly)


class TestAsApplicationRecorder(OnTheEventStore, persistence.ApplicationRecorderTestCase[ApplicationRecorder]):
    """The order of the whole log."""

    def create_recorder(self) -> ApplicationRecorder:
        """Return what the suite tries."""
        return self.recorder()


class TestAsTrackingRecorder(OnTheEventStore, persistence.TrackingRecorderTestCase):
    """Checkpoints."""

    def create_recorder(self) -> TrackingRecorder:
        """Return what the suite tries."""
        return self.recorder()


class TestAsProcessRecorder(OnTheEventStore, persistence.ProcessRecorderTestCase):
    """Events and a checkpoint, together or not at all."""

    def create_recorder(self) -> ProcessRecorder:
        """Return what the suite tries."""
        return self.recorder()


class TestNonInterleaving(OnTheEventStore, persistence.NonInterleavingNotificationIDsBaseCase):
    """One command's events are neighbours in the log."""

    def create_recorder(self) -> ApplicationRecorder:
        """Return what the suite tries."""
        return self.recorder()
