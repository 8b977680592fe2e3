"""Lanes: what is about one claim goes through the intake one after the other."""

from sqlalchemy import text

TAKE_LANES = text("""
select pg_advisory_xact_lock(key)
from (select distinct hashtextextended(lane, 0) as key from unnest(cast(:lanes as text[])) as t (lane) order by 1) k
""")
"""Always in the same order, so that two transactions never wait for each other."""

TAKE_LANE = text("select pg_advisory_xact_lock(hashtextextended(:lane, 0))")
"""Positions of one lane are then given out in the order in which their transactions commit."""
