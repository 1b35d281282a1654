"""The certificate of a server that speaks TLS, and the next one, when it is renewed."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from dragoman.serving.settings import Settings

log = logging.getLogger("dragoman.server")

LOOK_S = 60.0
"""The seconds between two looks whether it was renewed."""

State: TypeAlias = tuple[int, ...]


class CertificateWrong(Exception):
    """No server can speak TLS with it; the message says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate, with those that vouch for it, and of its private key."""

    certificate: Path
    key: Path | None
    """None: it is in the same file."""

    @classmethod
    def of(cls, settings: Settings) -> "Certificate | None":
        """Return what the settings name; None: the server speaks plain HTTP."""
        if settings.ssl_certfile is None:
            return None
        return cls(settings.ssl_certfile, settings.ssl_keyfile)

    def check(self) -> None:
        """See that it can be used.

        Raises:
            CertificateWrong: it cannot.
        """
        self._load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))

    def keep_fresh(self, context: ssl.SSLContext, loop: asyncio.AbstractEventLoop) -> None:
        """Have new connections see the new certificate, a minute after it was renewed."""
        self._look(context, loop, self._state())

    def _look(
        self, context: ssl.SSLContext, loop: asyncio.AbstractEventLoop, before: State
    ) -> None:
        now = self._state()
        if now and now != before:
            try:
                self.check()  # apart: what is half written must not spoil the one in use
                self._load(context)
            except CertificateWrong as error:
                log.error("the certificate that was read last stays in use: %s", error)  # noqa: TRY400 - the reason is the news
            else:
                log.info("event=certificate-read")
        loop.call_later(LOOK_S, self._look, context, loop, now or before)

    def _state(self) -> State:
        """What tells one state of the files from another; nothing: one is not there."""
        files = [self.certificate, *([self.key] if self.key else [])]
        try:
            return tuple(
                number
                for each in map(Path.stat, files)
                for number in (each.st_mtime_ns, each.st_size, each.st_ino)
            )
        except OSError:
            return ()

    def _load(self, context: ssl.SSLContext) -> None:
        try:
            # Without a password OpenSSL would stop and ask for one on the terminal.
            context.load_cert_chain(self.certificate, self.key, password=str)
        except (OSError, ValueError) as error:  # SSLError is an OSError
            names = f"{self.certificate}{f' with the key {self.key}' if self.key else ''}"
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
            raise CertificateWrong(f"{names} is no certificate to serve with: {reason}.") from error
