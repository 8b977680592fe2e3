"""The policy ledger: what the claims of one policy share."""
