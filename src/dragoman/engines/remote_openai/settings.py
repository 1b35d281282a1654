"""Where the upstream is and what is asked of it: the operator's options, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable


@dataclass(frozen=True, slots=True)
class Settings:
    """What a catalogue entry sets in `options`."""

    base_url: str
    """The upstream's address, up to and with `/v1`."""
    model: str
    """The name of the model at the upstream."""
    api_key_file: str = ""
    """A file that holds the key and nothing else; absolute, or from `~`. Empty: no key."""
    timeout_s: float = 600.0
    """The longest silence, the wait for the first token among them."""
    concurrency: int = 32
    """The most requests that are sent to the upstream at once."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Settings":
        """The settings that `options` ask for.

        Raises:
            EngineUnavailable: an option is missing, unknown or wrong.
        """
        known = cls.__dataclass_fields__
        unknown = options.keys() - known.keys()
        if unknown:
            listed = ", ".join(known)
            raise EngineUnavailable(f"remote-openai has no option {min(unknown)!r}: {listed}")
        for name in ("base_url", "model"):
            if name not in options:
                raise EngineUnavailable(f"remote-openai needs the option {name!r}")
        try:
            settings = msgspec.convert(dict(options), cls)
            url = httpx2.URL(settings.base_url)
        except (msgspec.ValidationError, httpx2.InvalidURL) as error:
            raise EngineUnavailable(f"remote-openai: {error}") from error
        if url.scheme not in ("http", "https") or not url.host:
            raise EngineUnavailable("remote-openai: base_url must be an http or https URL")
        if url.userinfo or url.query:
            raise EngineUnavailable("remote-openai: base_url must hold no secret: use api_key_file")
        if settings.timeout_s <= 0 or settings.concurrency < 1 or not settings.model:
            raise EngineUnavailable(
                "remote-openai: timeout_s and concurrency must be positive, model not empty"
            )
        return settings

    def key(self) -> str:
        """The key; empty where none is needed.

        Raises:
            EngineUnavailable: the file cannot be read, or holds no key.
        """
        if not self.api_key_file:
            return ""
        path = Path(self.api_key_file).expanduser()
        if not path.is_absolute():
            raise EngineUnavailable("remote-openai: api_key_file must be an absolute path")
        try:
            key = path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise EngineUnavailable(f"remote-openai: api_key_file: {error.strerror}") from error
        except UnicodeDecodeError:
            # The error itself would quote the file.
            raise EngineUnavailable("remote-openai: api_key_file is not plain text") from None
        if not key or not key.isprintable() or " " in key:
            raise EngineUnavailable("remote-openai: api_key_file holds no key")
        return key


def of(spec: EngineSpec) -> Settings:
    """The settings in `spec`."""
    return Settings.of(spec.options)
