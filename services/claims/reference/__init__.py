"""Rulebooks and calendars: read from their files, checked, stored in versions, and loaded again."""
