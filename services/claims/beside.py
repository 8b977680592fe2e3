"""Two applications on one port: the board below its path, the interface everywhere else."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Beside:
    """Hands each request to the board or to the interface, by its path."""

    def __init__(self, board: ASGIApp, interface: ASGIApp, prefix: str = "/board") -> None:
        self._board = board
        self._interface = interface
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; to the board its prefix is the root path, as to a mounted application."""
        path = scope.get("path", "")
        if scope["type"] == "http" and (path == self._prefix or path.startswith(f"{self._prefix}/")):
            root = scope.get("root_path", "") + self._prefix
            below = path if path != self._prefix else f"{path}/"
            await self._board({**scope, "root_path": root, "path": below}, receive, send)
        else:
            await self._interface(scope, receive, send)
