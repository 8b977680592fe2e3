"""What the service does: takes alerts in, keeps the directory, sends deliveries; and the ports it needs for that."""
