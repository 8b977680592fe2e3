"""Region codes (GB/T 2260): which code covers which."""

EVERYWHERE = "000000"


def prefix(code: str) -> str:
    """The digits that a covered code begins with: the code without its empty levels.

    A code has three levels of two digits (province, city, county), so zeros go in pairs: 440310 is a county and
    covers itself alone, 440300 covers it, 500000 does not cover 510000.
    """
    levels = [code[i : i + 2] for i in range(0, len(code), 2)]
    while levels and levels[-1] == "00":
        levels.pop()
    return "".join(levels)


def covers(code: str, other: str) -> bool:
    """Whether the region `code` is `other` or stands above it."""
    return other.startswith(prefix(code))
