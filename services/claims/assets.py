"""The files that pages load in a browser: found at start, addressed by what they hold, served from memory."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_PACKAGE: Final = Path(__file__).parent
_FETCHED: Final = _PACKAGE / "browser_files"
_OWN: Final = _PACKAGE / "dashboard" / "static"

FOR_EVER: Final = "public, max-age=31536000, immutable"
"""For an address that names what it leads to: another content has another address."""
ASK_AGAIN: Final = "no-cache"
"""For an address that stays the same: the browser asks whether it has changed."""
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


class MissingFilesError(Exception):
    """The files of third parties are not there: they are fetched at set-up and not committed."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, plain and packed."""

    content: bytes
    packed: bytes
    media_type: str
    digest: str
    """SHA-256 of the content, in hex."""

    def answer(self, headers: Headers, keep: str, more: Mapping[str, str] | None = None) -> Response:
        """Return the file, packed for who takes gzip; 304 for who has it; `keep` is its Cache-Control."""
        packed = _takes_gzip(headers.get("accept-encoding", ""))
        tag = f'"{self.digest[:32]}{"-gzip" if packed else ""}"'
        told = {"Cache-Control": keep, "ETag": tag, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        told |= more or {}
        if tag in {each.strip().removeprefix("W/") for each in headers.get("if-none-match", "").split(",")}:
            return Response(status_code=304, headers=told)
        told["Content-Type"] = self.media_type
        if packed:
            told["Content-Encoding"] = "gzip"
        return Response(self.packed if packed else self.content, headers=told)


def load(folder: Path) -> Mapping[str, Asset]:
    """Return the files below a folder by their path in it; what is packed beside a file is taken, else it is packed.

    Raises:
        MissingFilesError: there is no file.
        KeyError: a file is of a kind that pages do not load.
    """
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".gz"]
    if not found:
        raise MissingFilesError(f"{folder} is empty: run `make setup`, which fetches what pages load in a browser.")
    return {path.relative_to(folder).as_posix(): _asset(path) for path in found}


class Assets:
    """Files of several folders below one address, those of each folder under the hash of all that it holds.

    So modules import each other by relative addresses, and a page never runs modules of two releases. A path is looked
    up among the files that were found at start, so it leads nowhere else.
    """

    def __init__(self, address: str, *folders: Mapping[str, Asset]) -> None:
        """Take the address, such as /board/static, and the folders; ValueError if two hold the same name."""
        self._address = address
        self._files: dict[str, Asset] = {}
        self._paths: dict[str, str] = {}
        for folder in folders:
            version = _digest("".join(f"{name} {asset.digest}\n" for name, asset in folder.items()).encode())[:12]
            for name, asset in folder.items():
                if name in self._paths:
                    raise ValueError(f"two files are called {name}")
                self._paths[name] = f"{version}/{name}"
                self._files[f"{version}/{name}"] = asset

    def url(self, name: str) -> str:
        """Return the address of a file, such as `js/today.js`; KeyError for one that is not there."""
        return f"{self._address}/{self._paths[name]}"

    async def serve(self, request: Request) -> Response:
        """Answer for the path below the address, the route's `{path:path}`; HTTPException 404."""
        asset = self._files.get(request.path_params["path"])
        if asset is None:
            raise HTTPException(404)
        return asset.answer(request.headers, FOR_EVER)


def board_assets() -> Assets:
    """Return what the board's pages load: htmx, ECharts and its own styles and scripts; MissingFilesError."""
    return Assets("/board/static", load(_FETCHED / "board"), load(_OWN))


def docs_files() -> Mapping[str, Asset]:
    """Return what the page of the interface is made of, that page itself as `index.html`; MissingFilesError."""
    return load(_FETCHED / "docs")


def _asset(path: Path) -> Asset:
    content, beside = path.read_bytes(), path.with_name(f"{path.name}.gz")
    packed = beside.read_bytes() if beside.exists() else gzip.compress(content, mtime=0)
    return Asset(content, packed, _MEDIA_TYPES[path.suffix], _digest(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _takes_gzip(accepted: str) -> bool:
    """A browser does, and says so without a weight; whoever weighs it gets the plain file."""
    return "gzip" in {each.strip() for each in accepted.split(",")}
