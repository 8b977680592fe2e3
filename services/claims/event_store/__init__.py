"""The append-only log on PostgreSQL: append, load, tail, and the typed layer over it."""
