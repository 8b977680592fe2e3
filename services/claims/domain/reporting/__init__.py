"""What is counted and averaged over a period: compliance, key figures, the service score. Pure."""
