"""What the service does: handlers of commands, queries, and the ports they need."""
