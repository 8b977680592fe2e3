"""A rescue support as the claim knows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RescueSupport:
    """Who came to help at the accident, and what they did; texts read as hidden where the reader may not see them."""

    at: datetime
    provider: str
    description: str
