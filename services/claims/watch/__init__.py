"""The SLA watch: who sweeps, when, and how a sandbox steps through time."""
