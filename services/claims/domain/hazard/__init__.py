"""Major hazard sources and hidden dangers: found by an insurer or a broker, reported in writing."""
