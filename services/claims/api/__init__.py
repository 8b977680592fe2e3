"""The REST interface: routes, bodies, problems, who may call what, and how answers look."""
