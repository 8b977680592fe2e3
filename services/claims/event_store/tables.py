"""The tables of the write path as SQLAlchemy describes them, for reads; a test holds them equal to the migrations."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, UserDefinedType

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """An aware instant; infinity is `moments.NEVER`, which the driver would give back without an offset."""

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy's signature)
        """Give infinity its offset back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8; the driver cannot bind it, so it is compared through text, and only inside the event store."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name."""
        return "XID8"


events = Table(
    "events",
    metadata,
    Column("epoch", SmallInteger, nullable=False),
    Column("tx_id", TransactionId, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("tenant", Text, primary_key=True),
    Column("stream_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Uuid),
    Column("digest", LargeBinary, nullable=False),
)

streams = Table(
    "streams",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("stream_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("policy_stream", Uuid),
    Column("broker", Text),
)

clocks = Table(
    "clocks",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("clock_id", Uuid, primary_key=True),
    Column("subject", Uuid, nullable=False),
    Column("rule", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("scope", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("responsible", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("broker", Text),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("due_date", Date),
    Column("limit_amount", Integer, nullable=False),
    Column("limit_unit", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("flags", ARRAY(Text), nullable=False),
    Column("rulebook", Text, nullable=False),
    Column("calendar_version", Integer, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("marks", ARRAY(Instant), nullable=False),
    Column("ended_at", Instant),
    Column("ended_as", Text),
    Column("level", SmallInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("breached_at", Instant),
    Column("withdrawn_at", Instant),
    Column("next_at", Instant),
    Column("tx_id", TransactionId, nullable=False),
    Column("status", Text, nullable=False),
)

person_keys = Table(
    "person_keys",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("stream_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

log_epoch = Table(
    "log_epoch",
    metadata,
    Column("one", Boolean, primary_key=True),
    Column("current", SmallInteger, nullable=False),
)

sandbox_clock = Table(
    "sandbox_clock",
    metadata,
    Column("one", Boolean, primary_key=True),
    Column("offset_us", BigInteger, nullable=False),
    Column("target_at", Instant),
    Column("reached_at", Instant),
)
