"""The REST interface: routes, bodies, problems, tokens."""
