"""Reports that are owed again and again: one series for each party and rule, one clock for each period."""
