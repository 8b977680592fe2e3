"""A mail server on loopback that demands STARTTLS, and answers each step as it is told."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.support.messages import NOW


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate for 127.0.0.1 and localhost, on disk with its key."""

    file: Path

    def for_server(self) -> ssl.SSLContext:
        """What a server shows it by."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context

    def trusted(self) -> ssl.SSLContext:
        """What a client trusts it by."""
        return ssl.create_default_context(cafile=self.file)


def make_certificate(folder: Path) -> Certificate:
    """Make one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - dt.timedelta(days=3650))
        .not_valid_after(NOW + dt.timedelta(days=36500))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return Certificate(file)


@dataclass(slots=True)
class Mailbox:
    """What arrived, and what is answered to each step; None answers well."""

    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str], bool]] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)
    login: tuple[str, str] | None = None
    port: int = 0

    async def handle_MAIL(self, _s: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Take a sender."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL") or "250 OK"

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        """Take a recipient."""
        answer = self.answers.get("RCPT")
        if answer is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer or "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter."""
        answer = self.answers.get("DATA")
        if answer is None:
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos, session.ssl is not None))
        return answer or "250 OK: queued as 1"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Check a login."""
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.login, handled=False)


@asynccontextmanager
async def mail_server(certificate: Certificate | None, login: tuple[str, str] | None = None) -> AsyncIterator[Mailbox]:
    """Run a server; without a certificate it does not offer STARTTLS."""
    mailbox = Mailbox(login=login)
    options: dict[str, Any] = {"auth_required": login is not None, "authenticator": mailbox.authenticate}
    if certificate is not None:
        options |= {"tls_context": certificate.for_server(), "require_starttls": True}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="mail.example", loop=loop, **options), "127.0.0.1", 0
    )
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
