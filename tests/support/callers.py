"""People and programs that call a running instance, each with a token of its own."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from tests.support.machine import PATIENCE, Instance, Json

TENANT, BROKER = "picc-sz", "pengcheng"

CALLERS: Mapping[str, Mapping[str, str]] = {
    "insurer": {"role": "insurer", "tenant": TENANT},
    "operations": {"role": "operations", "tenant": TENANT},
    "broker": {"role": "broker", "broker": BROKER},
    "regulator": {"role": "regulator", "region": "440000"},
    "service": {"role": "service"},
    "admin": {"role": "admin"},
    "foreign insurer": {"role": "insurer", "tenant": "cpic-sz"},
    "foreign operations": {"role": "operations", "tenant": "cpic-sz"},
    "foreign broker": {"role": "broker", "broker": "another"},
    "foreign regulator": {"role": "regulator", "region": "110000"},
}
"""The first of each role may see a claim of picc-sz and pengcheng in Shenzhen, the foreign ones may not."""

_ENDLESS = "text/event-stream"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Callers:
    """Sends requests to both services of an instance as any of the callers."""

    instance: Instance
    _clients: dict[str, httpx2.Client] = field(default_factory=dict)
    _tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        who: str | None = "insurer",
        service: str = "claims",
        **rest: Any,
    ) -> httpx2.Response:
        """Send one request, with a key of its own unless `headers` have one or say None; nobody has no token.

        Of a stream, which has no end, the first part.
        """
        signed = self._signed(who) if who else {}
        stated = {"Idempotency-Key": f"key-{next(_numbers)}", **signed, **rest.pop("headers", {})}
        headers = {name: value for name, value in stated.items() if value is not None}
        more = rest if body is None else {"json": body, **rest}
        with self._client(service).stream(method, path, headers=headers, **more) as answer:
            if answer.headers.get("content-type", "").startswith(_ENDLESS):
                return httpx2.Response(answer.status_code, headers=answer.headers, text=next(answer.iter_text()))
            answer.read()
            return answer

    def told(self, path: str, body: Json, who: str = "insurer", service: str = "claims") -> Json:
        """Send what must be accepted; the answer."""
        answer = self.ask("POST", path, body, who=who, service=service)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        made: Json = answer.json()
        return made

    def read(self, path: str, who: str = "insurer", service: str = "claims") -> Json:
        """Read what must be there."""
        answer = self.ask("GET", path, who=who, service=service)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        found: Json = answer.json()
        return found

    def close(self) -> None:
        """Let go of the connections."""
        for client in self._clients.values():
            client.close()

    def _signed(self, who: str) -> dict[str, str]:
        if who not in self._tokens:
            self._tokens[who] = self.instance.bearer(**CALLERS[who])
        return self._tokens[who]

    def _client(self, service: str) -> httpx2.Client:
        if service not in self._clients:
            url = self.instance.url(service)
            self._clients[service] = httpx2.Client(base_url=url, trust_env=False, timeout=PATIENCE)
        return self._clients[service]
