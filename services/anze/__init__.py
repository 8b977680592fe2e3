"""Anze on one machine: embedded PostgreSQL, all processes, the demo."""
