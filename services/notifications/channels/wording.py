"""What a message says, in Chinese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `{n}` and the like are filled in."""

    language: str
    kinds: Mapping[str, str]
    labels: Mapping[str, str]
    values: Mapping[str, str]
    colon: str
    mark: str
    sandbox: str
    acknowledge: str
    several: str
    omitted: str
    cut: str
    message_id: str
    why: str
    unknown_kind: str


_ZH: Final = Words(
    language="zh",
    kinds={
        "clock.at_risk": "时限预警",
        "clock.breached": "时限已违反",
        "clock.escalated": "违反时限升级",
        "breach.withdrawn": "违反时限已撤回",
        "clock.missed": "内部目标未达成",
        "miss.withdrawn": "内部目标未达成已撤回",
        "clock.recalculated": "时限已重新计算",
        "advance.requested": "收到预付申请",
        "claim.accident_graded": "事故等级已认定",
        "report.due": "报告待提交",
        "calendar.missing": "缺少工作日历",
        "routing.unheard": "有提醒无人订阅",
        "delivery.dead": "有提醒未能送达",
        "heartbeat": "每日运行通报",
        "audit.finding": "自查发现异常",
        "endpoint.test": "测试消息",
    },
    labels={
        "citation": "依据", "claim": "案件号", "policy": "保单号", "insurer": "保险公司", "region": "地区",
        "responsible": "责任方", "due": "截止时间", "previous_due": "原截止时间", "advance": "预付款", "amount": "金额",
        "grade": "事故等级", "previous_grade": "原事故等级", "year": "年度", "day": "日期", "fell_due": "到期时限",
        "breached": "违反时限", "missed": "未达成目标", "alerts": "提醒", "delivered": "已送达", "dead": "未能送达",
        "waiting": "待送达", "recipient": "接收方", "recipient_role": "接收角色", "channel": "渠道",
        "undelivered": "未送达数量", "undelivered_kinds": "未送达类别", "reason": "原因", "endpoint": "接收端点",
        "role": "无人接收的角色", "unheard": "无人接收数量", "unheard_kinds": "无人接收类别", "finding": "检查发现",
        "found": "数量", "since": "最早始于", "repeat": "重复提醒次数", "severity": "级别", "time": "发生时间",
    },
    values={
        "broker": "保险经纪", "warning": "预警", "breach": "违反", "escalation": "升级", "information": "信息",
        "rescue": "抢险救援", "death_indemnity": "死亡赔偿", "medical": "医疗", "determinable_part": "可确定部分",
        "general": "一般", "major": "较大", "serious": "重大", "extraordinary": "特别重大",
        "insurer": "保险公司", "operations": "理赔运营", "compliance": "合规部门", "admin": "系统管理员",
        "insurance_regulator": "金融监管局", "safety_authority": "应急管理局", "safety_committee": "安委办",
        "joint_conference_office": "联席会议办公室", "municipal_finance_office": "金融办",
        "operations_service_centre": "运营服务中心", "webhook": "Webhook", "email": "电子邮件", "dingtalk": "钉钉",
        "wecom": "企业微信", "feishu": "飞书", "sms": "短信", "alert_without_delivery": "提醒没有投递",
        "delivery_never_ended": "投递没有结束", "delivery_not_taken": "投递无人处理",
        "hold_not_ended": "暂缓没有结束", "digest_without_carrier": "汇总缺少载体", "endpoint_disabled": "端点被停用",
        "event_without_alert": "事件没有提醒",
    },
    colon="：",
    mark="【演练】",
    sandbox="【演练】本消息来自演练环境，不涉及真实案件。",
    acknowledge="确认收到",
    several="{n} 条提醒",
    omitted="（另有 {n} 条未列出，请登录系统查看）",
    cut="…（略去 {n} 字）",
    message_id="消息编号",
    why="您收到本消息，因为贵单位在安责预警系统中登记为接收人。",
    unknown_kind="提醒",
)  # fmt: skip

_EN: Final = Words(
    language="en",
    kinds={
        "clock.at_risk": "Deadline at risk",
        "clock.breached": "Deadline breached",
        "clock.escalated": "Breach escalated",
        "breach.withdrawn": "Breach withdrawn",
        "clock.missed": "Internal target missed",
        "miss.withdrawn": "Missed target withdrawn",
        "clock.recalculated": "Deadline recalculated",
        "advance.requested": "Advance requested",
        "claim.accident_graded": "Accident graded",
        "report.due": "Report due",
        "calendar.missing": "Working-day calendar missing",
        "routing.unheard": "An alert nobody is subscribed to",
        "delivery.dead": "An alert that could not be delivered",
        "heartbeat": "Daily sign of life",
        "audit.finding": "The auditor found something",
        "endpoint.test": "Test message",
    },
    labels={
        "citation": "Source", "claim": "Claim", "policy": "Policy", "insurer": "Insurer", "region": "Region",
        "responsible": "Responsible", "due": "Due", "previous_due": "Due before", "advance": "Advance",
        "amount": "Amount", "grade": "Grade of accident", "previous_grade": "Grade before", "year": "Year",
        "day": "Day", "fell_due": "Clocks due", "breached": "Breached", "missed": "Targets missed",
        "alerts": "Alerts", "delivered": "Delivered", "dead": "Not delivered", "waiting": "Waiting",
        "recipient": "Recipient", "recipient_role": "Role", "channel": "Channel",
        "undelivered": "Not delivered", "undelivered_kinds": "Kinds", "reason": "Reason", "endpoint": "Endpoint",
        "role": "Role that nobody holds", "unheard": "Unheard alerts", "unheard_kinds": "Kinds",
        "finding": "Finding", "found": "How many", "since": "Since", "repeat": "Repeat no.", "severity": "Severity",
        "time": "Time",
    },
    values={
        "death_indemnity": "death indemnity", "determinable_part": "determinable part", "admin": "administrators",
        "insurance_regulator": "insurance regulator", "safety_authority": "safety authority",
        "safety_committee": "safety committee", "joint_conference_office": "joint-conference office",
        "municipal_finance_office": "municipal finance office", "dingtalk": "DingTalk", "wecom": "WeCom",
        "feishu": "Feishu", "email": "e-mail", "sms": "text message",
        "operations_service_centre": "operations service centre",
        "alert_without_delivery": "alerts without a delivery", "delivery_never_ended": "deliveries that never ended",
        "delivery_not_taken": "deliveries that no worker takes", "hold_not_ended": "holds that did not end",
        "digest_without_carrier": "alerts of a digest that was not sent", "endpoint_disabled": "endpoints disabled",
        "event_without_alert": "events without an alert",
    },
    colon=": ",
    mark="[SANDBOX] ",
    sandbox="[SANDBOX] This message comes from a sandbox; no real claim is concerned.",
    acknowledge="Acknowledge",
    several="{n} alerts",
    omitted="({n} more not listed: see them in the system)",
    cut="… ({n} characters left out)",
    message_id="Message",
    why="You receive this message because your office is registered as a recipient of Anze alerts.",
    unknown_kind="Alert",
)  # fmt: skip

_LANGUAGES: Final = {"zh": _ZH, "en": _EN}


def words_in(language: str) -> Words:
    """The words of a language; Chinese where there are none."""
    return _LANGUAGES.get(language, _ZH)
