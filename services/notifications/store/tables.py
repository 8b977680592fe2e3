"""The tables, as the queries see them; a test compares them with what the migrations make."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()


def _moment(name: str, *, nullable: bool = False) -> "Column[object]":
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _words(name: str, *, nullable: bool = False) -> "Column[object]":
    return Column(name, Text, nullable=nullable)


def _list(name: str) -> "Column[object]":
    return Column(name, ARRAY(Text), nullable=True)


def _kept() -> "list[Column[object]]":
    return [
        Column("version", Integer, nullable=False, server_default=text("1")),
        Column("created_at", DateTime(timezone=True), nullable=False),
        _moment("deleted_at", nullable=True),
    ]


instance = Table("instance", metadata, Column("sandbox", Boolean, nullable=False))
Index("instance_is_one_row", literal_column("(true)"), unique=True, _table=instance)

sandbox_clock = Table("sandbox_clock", metadata, Column("offset_us", BigInteger, nullable=False))
Index("sandbox_clock_is_one_row", literal_column("(true)"), unique=True, _table=sandbox_clock)

recipients = Table(
    "recipients",
    metadata,
    Column("id", Uuid, primary_key=True),
    _words("name"),
    _words("role"),
    _words("region", nullable=True),
    _words("tenant", nullable=True),
    _words("language"),
    Column("quiet_hours", JSONB(none_as_null=True), nullable=True),
    *_kept(),
    Index("recipients_by_role", "role", postgresql_where=text("deleted_at is null")),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, ForeignKey("recipients.id"), nullable=False),
    _words("channel"),
    _words("address"),
    Column("secret", LargeBinary, nullable=False),
    Column("enabled", Boolean, nullable=False),
    _words("disabled_reason", nullable=True),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    _moment("rests_until", nullable=True),
    Column("fallback_order", SmallInteger, nullable=True, server_default=text("100")),
    _moment("gone_at", nullable=True),
    *_kept(),
    Index("endpoints_by_recipient", "recipient_id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, ForeignKey("recipients.id"), nullable=False),
    Column("endpoint_ids", ARRAY(Uuid), nullable=False),
    _list("kinds"),
    _list("tiers"),
    _list("severities"),
    _list("rules"),
    _list("insurers"),
    _list("regions"),
    Column("digest", Boolean, nullable=True),
    *_kept(),
    Index("subscriptions_by_recipient", "recipient_id"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Uuid, primary_key=True),
    _words("source"),
    _words("event_id"),
    _words("kind"),
    _moment("time"),
    _words("subject", nullable=True),
    _words("tenant", nullable=True),
    _words("region", nullable=True),
    Column("roles", ARRAY(Text), nullable=False),
    _words("severity"),
    _words("rule", nullable=True),
    _words("tier", nullable=True),
    _words("claim_id", nullable=True),
    _words("clock_id", nullable=True),
    Column("sequence", BigInteger, nullable=True),
    Column("sandbox", Boolean, nullable=False),
    _words("correlation_id", nullable=True),
    _words("document"),
    _moment("received_at"),
    Column("unheard", Boolean, nullable=False),
    UniqueConstraint("source", "event_id", name="alerts_once"),
    Index("alerts_by_tenant", "tenant", "id"),
    Index("alerts_by_kind", "kind", "id"),
    Index("alerts_by_tenant_and_kind", "tenant", "kind", "id"),
    Index("alerts_by_moment", "received_at"),
    Index("alerts_by_claim", "claim_id", postgresql_where=text("claim_id is not null")),
    Index("alerts_by_clock", "clock_id", postgresql_where=text("clock_id is not null")),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("alert_id", Uuid, ForeignKey("alerts.id"), nullable=False),
    Column("endpoint_id", Uuid, ForeignKey("endpoints.id"), nullable=False),
    Column("recipient_id", Uuid, ForeignKey("recipients.id"), nullable=False),
    _words("role"),
    _words("tenant", nullable=True),
    _words("channel"),
    _words("lane"),
    Column("status", Text, nullable=False, server_default=text("'pending'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    _moment("next_at"),
    _moment("deadline_at"),
    _moment("created_at"),
    _moment("delivered_at", nullable=True),
    _moment("lease_until", nullable=True),
    _words("leased_by", nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("schedule", Text, nullable=False, server_default=text("'authority'")),
    Column("behind", Boolean, nullable=False, server_default=text("false")),
    _words("reason", nullable=True),
    _moment("ended_at", nullable=True),
    Column("handed_from", Uuid, ForeignKey("deliveries.id"), nullable=True),
    _moment("replayed_at", nullable=True),
    Column("told_as", Uuid, nullable=True),
    _moment("told_at", nullable=True),
    Column("repeat", SmallInteger, nullable=False, server_default=text("0")),
    _moment("held_until", nullable=True),
    Column("digest_from", SmallInteger, nullable=True),
    Column("digest_id", Uuid, ForeignKey("deliveries.id"), nullable=True),
    UniqueConstraint("alert_id", "endpoint_id", "repeat", name="deliveries_once"),
    CheckConstraint("status in ('pending', 'delivered', 'dead', 'handed_on', 'cancelled')", name="deliveries_status"),
    Index(
        "deliveries_ready",
        "endpoint_id",
        "next_at",
        "position",
        postgresql_where=text("status = 'pending' and not behind"),
    ),
    Index("deliveries_untold", "endpoint_id", "position", postgresql_where=text("status = 'dead' and told_at is null")),
    Index("deliveries_in_lane", "endpoint_id", "lane", "position", postgresql_where=text("status = 'pending'")),
    Index("deliveries_leased", "endpoint_id", postgresql_where=text("lease_until is not null")),
    Index("deliveries_by_endpoint", "endpoint_id", "id"),
    Index("deliveries_by_tenant", "tenant", "id"),
    Index("deliveries_dead", "id", postgresql_where=text("status = 'dead'")),
    Index("deliveries_held", "held_until", postgresql_where=text("held_until is not null")),
    Index("deliveries_of_digest", "digest_id", postgresql_where=text("digest_id is not null")),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", Uuid, ForeignKey("deliveries.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    _moment("started_at"),
    _words("outcome", nullable=True),
    Column("status_code", SmallInteger, nullable=True),
    _words("detail", nullable=True),
    Column("milliseconds", Integer, nullable=True),
    Column("endpoint_id", Uuid, nullable=False),
    _words("worker", nullable=True),
    Column("replay", Boolean, nullable=False, server_default=text("false")),
    Index("attempts_by_endpoint", "endpoint_id", "started_at"),
)

maintenance_windows = Table(
    "maintenance_windows",
    metadata,
    Column("id", Uuid, primary_key=True),
    _moment("starts_at"),
    _moment("ends_at"),
    _words("reason"),
    _words("tenant", nullable=True),
    *_kept(),
    CheckConstraint("starts_at < ends_at", name="maintenance_windows_last"),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("alert_id", Uuid, ForeignKey("alerts.id"), nullable=False),
    Column("recipient_id", Uuid, ForeignKey("recipients.id"), nullable=False),
    _words("acknowledged_by"),
    _words("note", nullable=True),
    _moment("acknowledged_at"),
    _moment("expires_at"),
    Index("acknowledgements_by_alert", "alert_id", "recipient_id"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("alert_id", Uuid, ForeignKey("alerts.id"), primary_key=True),
    Column("recipient_id", Uuid, ForeignKey("recipients.id"), primary_key=True),
    Column("repeats", SmallInteger, nullable=False, server_default=text("0")),
    Column("unanswered", SmallInteger, nullable=False, server_default=text("0")),
    _moment("next_at", nullable=True),
    _moment("until"),
    _words("ended_by", nullable=True),
    Index("reminders_due", "next_at", postgresql_where=text("next_at is not null")),
)

unheard_roles = Table(
    "unheard_roles",
    metadata,
    Column("alert_id", Uuid, ForeignKey("alerts.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    _words("tenant", nullable=True),
    _words("region", nullable=True),
    _moment("unheard_at"),
    Column("bundle_id", Uuid, nullable=True),
    _moment("told_at", nullable=True),
    Index("unheard_roles_untold", "role", "tenant", "region", postgresql_where=text("told_at is null")),
    Index("unheard_roles_bundled", "role", "tenant", "region", "unheard_at"),
)

robot_sends = Table(
    "robot_sends",
    metadata,
    Column("receiver", LargeBinary, primary_key=True),
    Column("sent", ARRAY(DateTime(timezone=True)), nullable=False),
)
