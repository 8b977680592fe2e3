"""The SLA board: pages for operations staff and, read-only, for regulators."""
