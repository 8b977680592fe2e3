"""Everybody who speaks to one machine: a client for each caller and service, made when first needed."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Self

from anze.demo.callers import Api, Json
from anze.demo.steps import Ask
from anze.errors import DemoError
from anze.machine import Machine
from anze.tokens import Caller, Role

_ADMIN = Caller(Role.ADMIN)


@dataclass(slots=True)
class Speakers:
    """The clients of a machine; a context manager, which lets go of their connections."""

    machine: Machine
    _apis: dict[tuple[Caller, bool], Api] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for api in self._apis.values():
            api.close()

    @property
    def admin(self) -> Api:
        """The administrator at the claims service."""
        return self.api(_ADMIN)

    @property
    def notifications(self) -> Api:
        """The administrator at the notifications service."""
        return self.api(_ADMIN, of_notifications=True)

    def api(self, caller: Caller, *, of_notifications: bool = False) -> Api:
        """The client of a caller at one of the services."""
        ports = self.machine.plan.ports
        url = ports.notifications_url if of_notifications else ports.claims_url
        with self._lock:
            key = (caller, of_notifications)
            if key not in self._apis:
                self._apis[key] = Api(url, self.machine.keys, caller)
            return self._apis[key]

    def send(self, ask: Ask) -> Json:
        """Send what a life asks for; DemoError, with the moment of the step, when it is refused."""
        api = self.api(ask.caller, of_notifications=ask.of_notifications)
        try:
            match ask.method:
                case "GET":
                    return api.get(ask.path)
                case "PUT":
                    return api.put(ask.path, ask.body or {})
                case _:
                    return api.post(ask.path, ask.body or {})
        except DemoError as error:
            raise DemoError(f"{ask.at:%Y-%m-%d %H:%M}, {ask.caller.role}: {error}") from error
