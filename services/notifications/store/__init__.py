"""All SQL of this service: the inbox, the log of deliveries, the queue, the directory."""
