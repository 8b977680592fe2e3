"""Names of regions beside their codes (GB/T 2260); a place without a name here goes by what covers it."""

from claims.dashboard.texts import Words

_COUNTRY = "000000"


def region_name(code: str, words: Words) -> str:
    """Return a region's name with its code; a place that has no name here goes by the nearest one that covers it."""
    for covering in (code, f"{code[:4]}00", f"{code[:2]}0000"):
        if words.knows(f"regions.{covering}"):
            name = words(f"regions.{covering}")
            return name if covering == code else f"{name} {code}"
    return code
