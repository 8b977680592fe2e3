"""Regions in SQL as a span of codes: a comparison that row-level security lets an index answer, as `covers` is not."""

from typing import Any

_CODE = 6


def in_region(alias: str, region: str, name: str = "region") -> tuple[str, dict[str, Any]]:
    """Return the condition that a region covers a row's, as the function `covers` says it, and its parameters."""
    first, last = region_span(region)
    column = f'{alias}.region collate "C"'
    return f" and {column} >= :{name}_first and {column} <= :{name}_last", {
        f"{name}_first": first,
        f"{name}_last": last,
    }


def region_span(region: str) -> tuple[str, str]:
    """Return the first and the last code that a region covers; of what is no code a span that holds none."""
    if len(region) != _CODE or not region.isascii() or not region.isdigit() or region.startswith("00"):
        return "1", "0"
    prefix = region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region
    return region, prefix.ljust(_CODE, "9")
