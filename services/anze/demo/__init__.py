"""The demo: one accident from its report to the last payment, played over HTTP in a sandbox."""
