"""Who is to hear of what, and where: entered into the notifications service, each with a webhook of its own."""

from dataclasses import dataclass

from anze.demo.callers import Api
from anze.demo.enterprises import BROKERS, INSURERS, JINGYUAN, NANLING, PICC
from anze.demo.receiver import Receiver

_STORY_KINDS = ("clock.at_risk", "clock.breached", "clock.escalated", "breach.withdrawn")
_MISSES = ("clock.missed", "miss.withdrawn")
_TO_STAFF = (
    *(*_STORY_KINDS, *_MISSES),
    *("clock.recalculated", "advance.requested", "report.due", "claim.accident_graded"),
)
_TO_ADMINISTRATORS = ("delivery.dead", "routing.unheard", "calendar.missing", "audit.finding", "heartbeat")
_TO_AUTHORITIES = ("clock.breached", "clock.escalated", "breach.withdrawn", "claim.accident_graded")
_STATUTORY_AND_SERVICE = ("statutory", "service")


@dataclass(frozen=True, slots=True)
class Office:
    """A recipient with one webhook and one subscription; `hook` names it at the receiver."""

    hook: str
    name: str
    role: str
    region: str | None
    tenant: str | None = None
    kinds: tuple[str, ...] = _TO_AUTHORITIES
    tiers: tuple[str, ...] | None = None


OF_THE_STORY = (
    *(
        Office(role, f"{PICC.name} {team}", role, PICC.region, PICC.code, _STORY_KINDS, _STATUTORY_AND_SERVICE)
        for role, team in (("operations", "理赔运营"), ("compliance", "合规部"))
    ),
    *(
        Office(role, name, role, "440300", None, _STORY_KINDS, _STATUTORY_AND_SERVICE)
        for role, name in (
            ("insurance_regulator", "国家金融监督管理总局深圳监管局"),
            ("safety_authority", "深圳市应急管理局"),
            ("joint_conference_office", "深圳市安责险联席会议办公室"),
        )
    ),
)

OTHERS = (
    # Beside those of the story, who hear of what the text gives a number for, those who hear of all.
    Office(f"{PICC.code}.desk", f"{PICC.name} 理赔服务台", "operations", PICC.region, PICC.code, _TO_STAFF),
    Office(f"{PICC.code}.audit", f"{PICC.name} 内控部", "compliance", PICC.region, PICC.code, _MISSES),
    *(
        Office(f"sz.{role}", f"{name} 事故调查处", role, "440300", None, ("claim.accident_graded",))
        for role, name in (
            ("insurance_regulator", "国家金融监督管理总局深圳监管局"),
            ("safety_authority", "深圳市应急管理局"),
            ("joint_conference_office", "深圳市安责险联席会议办公室"),
        )
    ),
    *(
        Office(f"{one.code}.{role}", f"{one.name} {team}", role, one.region, one.code, _TO_STAFF)
        for one in (NANLING, JINGYUAN)
        for role, team in (("operations", "理赔运营"), ("compliance", "合规部"))
    ),
    *(
        Office(f"{code}.{role}", f"{name} {team}", role, region, code, _TO_STAFF)
        for (code, region), name in zip(BROKERS.items(), ("鹏城保险经纪", "燕山保险经纪"), strict=True)
        for role, team in (("operations", "理赔协助部"), ("compliance", "合规部"))
    ),
    *(Office(f"{one.code}.insurer", f"{one.name} 总经理室", "insurer", one.region, one.code) for one in INSURERS),
    Office("administrators", "平台管理员", "admin", None, None, _TO_ADMINISTRATORS),
    Office("bj.joint_conference_office", "北京市安责险联席会议办公室", "joint_conference_office", "110000"),
    Office("bj.insurance_regulator", "国家金融监督管理总局北京监管局", "insurance_regulator", "110000"),
    Office("bj.safety_authority", "北京市应急管理局", "safety_authority", "110000"),
)

FAILING = f"{PICC.code}.desk"
"""The hook of the office whose server is away for some days."""

NAMES = {office.hook: office.name for office in (*OF_THE_STORY, *OTHERS)}


def subscribe(notifications: Api, receiver: Receiver, offices: tuple[Office, ...]) -> None:
    """Give every office its recipient, a webhook with its secret, and a subscription."""
    for office in offices:
        recipient = notifications.post(
            "/v1/recipients",
            {
                "name": office.name,
                "role": office.role,
                "region": office.region,
                "tenant": office.tenant,
                "language": "zh",
            },
        )
        endpoint = notifications.post(
            "/v1/endpoints",
            {
                "recipient_id": recipient["id"],
                "channel": "webhook",
                "address": receiver.address(office.hook),
                "secret": receiver.secret(office.hook),
                "enabled": True,
            },
        )
        notifications.post(
            "/v1/subscriptions",
            {
                "recipient_id": recipient["id"],
                "endpoint_ids": [endpoint["id"]],
                "kinds": list(office.kinds),
                "tiers": list(office.tiers) if office.tiers else None,
                "rules": None,
                "insurers": None,
                "regions": None,
                "digest": False,
            },
        )
