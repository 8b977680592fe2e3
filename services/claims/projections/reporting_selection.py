"""How a selection of claims or clocks is written in SQL: the tenant in front, for the sake of indexes."""

from typing import Any

from claims.application.reporting import Selection
from claims.application.rows import Scope

LOCAL_MONTH = "cast(date_trunc('month', {} at time zone 'Asia/Shanghai') as date)"
"""The first day of the month of an instant, in Shanghai."""


def selected(scope: Scope, wanted: Selection) -> tuple[str, dict[str, Any]]:
    """Return conditions on tenant and region, each behind an `and`, and their parameters with those of the period."""
    parameters: dict[str, Any] = {
        "start": wanted.period.start,
        "end": wanted.period.end,
    }
    conditions = []
    tenant = scope.own_tenant
    if tenant is not None:
        conditions.append(" and tenant = :tenant")
        parameters["tenant"] = tenant
    if wanted.insurer is not None:
        conditions.append(" and tenant = :insurer")
        parameters["insurer"] = wanted.insurer
    if wanted.region is not None:
        conditions.append(" and covers(:region, region)")
        parameters["region"] = wanted.region
    return "".join(conditions), parameters
