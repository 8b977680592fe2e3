"""The settings that each process is started with, and nothing else of our environment."""

import os
from dataclasses import dataclass

from anze.databases import Databases
from anze.development_keys import AUDIENCE, ISSUER, DevelopmentKeys
from anze.ports import LOOPBACK, Ports

_INHERITED = ("PATH", "HOME", "LANG")


@dataclass(frozen=True, slots=True)
class Settings:
    """Makes the environment of every process of one machine."""

    databases: Databases
    keys: DevelopmentKeys
    ports: Ports
    sandbox: bool
    board_sign_in: bool = False
    """Whether everybody on this machine may look at the board as whom they name."""

    def claims(self, role: str | None) -> dict[str, str]:
        """Of a claims process that logs in as a role; as the owner without one."""
        url = self.databases.claims_as(role) if role else self.databases.claims
        return self._common("CLAIMS", url, self.ports.claims, self.ports.claims_metrics) | {
            "CLAIMS_MASTER_KEY": self.keys.claims_master_key,
            "CLAIMS_NOTIFICATIONS_URL": self.ports.notifications_url,
            "CLAIMS_SERVICE_KEY": str(self.keys.signing),
            "CLAIMS_BOARD_DEVELOPMENT_SIGN_IN": "true" if self.board_sign_in else "false",
        }

    def notifications(self, role: str | None) -> dict[str, str]:
        """Of a notifications process that logs in as a role; as the owner without one."""
        url = self.databases.notifications_as(role) if role else self.databases.notifications
        ports = (self.ports.notifications, self.ports.notifications_metrics)
        return self._common("NOTIFICATIONS", url, *ports) | {
            "NOTIFICATIONS_SECRET_KEY": self.keys.notifications_secret_key,
            "NOTIFICATIONS_ALLOW_LOOPBACK": "true",
            "NOTIFICATIONS_PUBLIC_URL": self.ports.notifications_url,
        }

    def _common(self, prefix: str, url: str, port: int, metrics_port: int) -> dict[str, str]:
        stated = {
            "DATABASE_URL": url,
            "HOST": LOOPBACK,
            "PORT": str(port),
            "METRICS_PORT": str(metrics_port),
            "TOKEN_ISSUER": ISSUER,
            "TOKEN_AUDIENCE": AUDIENCE,
            "TOKEN_KEYS": str(self.keys.public),
            "SANDBOX": "true" if self.sandbox else "false",
            "PRODUCTION": "false",
        }
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        level = os.environ.get(f"{prefix}_LOG_LEVEL")
        if level:
            stated["LOG_LEVEL"] = level
        return inherited | {f"{prefix}_{name}": value for name, value in stated.items()}
