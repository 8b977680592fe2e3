"""The keys that one machine makes for itself: good for trying things out, not for production."""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from anze.data_folder import write_private
from anze.errors import DataFolderError

ISSUER = "anze-development"
AUDIENCE = "anze"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class DevelopmentKeys:
    """The files and secrets in the folder of keys."""

    folder: Path

    @property
    def signing(self) -> Path:
        """The private key (JWK, ES256) that signs tokens: of people and of the relay."""
        return self.folder / "token-key.json"

    @property
    def public(self) -> Path:
        """The public keys (JWKS) that both services verify tokens by."""
        return self.folder / "token-keys.public.json"

    @property
    def claims_master_key(self) -> str:
        """Wraps the tenants' keys; base64 of 32 bytes."""
        return self._secret("claims-master-key")

    @property
    def notifications_secret_key(self) -> str:
        """Encrypts the endpoints' secrets at rest; base64 of 32 bytes."""
        return self._secret("notifications-secret-key")

    def make(self) -> None:
        """Make what is missing; nothing that exists is ever replaced, for data is encrypted by it."""
        if not self.signing.exists():
            key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
            write_private(self.signing, json.dumps(key.as_dict(private=True)))
        write_private(self.public, json.dumps(KeySet([self.signing_key()]).as_dict(private=False)))
        for name in ("claims-master-key", "notifications-secret-key"):
            if not (self.folder / name).exists():
                write_private(self.folder / name, base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode())

    def signing_key(self) -> ECKey:
        """The private key; DataFolderError when no instance has made one here."""
        try:
            return ECKey.import_key(json.loads(self.signing.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise DataFolderError(
                f"There is no development key in {self.folder.parent}: start `anze up` there first, or give --data."
            ) from None
        except (ValueError, KeyError, TypeError, JoseError) as error:
            raise DataFolderError(
                f"{self.signing} is no private key (JWK): put the right one back, or begin in another folder."
            ) from error

    def _secret(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="ascii").strip()
