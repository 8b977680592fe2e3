"""The tables that lists are read from, as SQLAlchemy describes them."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, Uuid, column, table
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

_INSTANT = TIMESTAMP(timezone=True)

metadata = MetaData()

claim_list = Table(
    "claim_list",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("claim_id", Uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("insured_name", Text, nullable=False),
    Column("insured_credit_code", Text, nullable=False),
    Column("policy_number", Text, nullable=False),
    Column("broker", Text),
    Column("region", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("accident_at", _INSTANT, nullable=False),
    Column("reported_at", _INSTANT, nullable=False),
    Column("advanced", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Column("adjuster", Text),
    Column("eligible", ARRAY(Text), nullable=False),
)

subject_list = Table(
    "subject_list",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("party_kind", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("claim_id", Uuid),
    Column("begun_at", _INSTANT, nullable=False),
)

_TEXTS = "tenant rule scope tier responsible region limit_unit rulebook ended_as status"
_INSTANTS = "started_at due_at ended_at breached_at withdrawn_at"
_OTHERS = "round due_date limit_amount generation flags calendar_version provisional marks level version"

clocks = table(
    "clocks",
    *(column(name, Uuid) for name in ("clock_id", "subject")),
    *(column(name, Text) for name in _TEXTS.split()),
    *(column(name, _INSTANT) for name in _INSTANTS.split()),
    *(column(name) for name in _OTHERS.split()),
)
"""The columns of it that are read; the event store describes the whole table."""

streams = table("streams", *(column(name, Text) for name in ("tenant", "kind")), column("stream_id", Uuid))
"""The columns of it that are read."""
