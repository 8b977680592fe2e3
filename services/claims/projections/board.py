"""All that the board reads, as one reader."""

from claims.projections.board_claims import BoardClaims
from claims.projections.board_clocks import BoardClocks
from claims.projections.board_days import BoardDays


class BoardReader(BoardClaims, BoardClocks, BoardDays):
    """Fulfils the port `BoardTables`."""
