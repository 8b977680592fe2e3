"""What callers send, field by field, and the commands that it becomes."""
