"""The relay: one more reader of the log, which tells notifications what people must know."""
