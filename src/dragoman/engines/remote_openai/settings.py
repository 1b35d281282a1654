"""Where the upstream is and what is asked of it: the operator's options, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx2
import msgspec

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.domain.speech import VoiceCard

MAX_UPSTREAMS = 64
"""The most upstreams of one model."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a catalogue entry sets in `options`."""

    model: str
    """The name of the model at the upstream."""
    base_url: str = ""
    """The upstream's address, up to and with `/v1`."""
    base_urls: tuple[str, ...] = ()
    """The addresses of several upstreams of the same model, in place of `base_url`."""
    api_key_file: str = ""
    """A file that holds the key and nothing else; absolute, or from `~`. Empty: no key."""
    timeout_s: float = 600.0
    """The longest silence, the wait for the first token among them."""
    connect_timeout_s: float = 10.0
    """The longest wait for a connection."""
    concurrency: int = 32
    """The most requests that are out at once, at all upstreams together."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of all upstreams."""
        return self.base_urls or (self.base_url,)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """The settings that `options` ask for.

        Raises:
            EngineUnavailable: an option is missing, unknown or wrong.
        """
        known = cls.__dataclass_fields__
        unknown = options.keys() - known.keys()
        if unknown:
            listed = ", ".join(known)
            raise EngineUnavailable(f"remote-openai has no option {min(unknown)!r}: {listed}")
        if not options.get("base_urls") and "base_url" not in options:
            raise EngineUnavailable("remote-openai needs the option 'base_url' or 'base_urls'")
        if "model" not in options:
            raise EngineUnavailable("remote-openai needs the option 'model'")
        try:
            settings = msgspec.convert(dict(options), cls)
        except msgspec.ValidationError as error:
            raise EngineUnavailable(f"remote-openai: {error}") from error
        settings.check()
        return settings

    def check(self) -> None:
        """Look at what no type says.

        Raises:
            EngineUnavailable: an option is wrong, or two do not go together.
        """
        if self.base_url and self.base_urls:
            raise EngineUnavailable("remote-openai: base_url or base_urls, not both")
        if len(self.base_urls) > MAX_UPSTREAMS:
            raise EngineUnavailable(f"remote-openai: base_urls has more than {MAX_UPSTREAMS}")
        if len({address.rstrip("/") for address in self.addresses}) < len(self.addresses):
            raise EngineUnavailable("remote-openai: base_urls names an upstream twice")
        for address in self.addresses:
            _check_address(address, "base_urls" if self.base_urls else "base_url")
        times = (self.timeout_s, self.connect_timeout_s)
        if min(times) <= 0 or self.concurrency < 1 or not self.model:
            raise EngineUnavailable(
                "remote-openai: timeout_s, connect_timeout_s and concurrency must be positive, "
                "model not empty"
            )

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


@dataclass(frozen=True, slots=True)
class SpeechSettings(Settings):
    """The same for a model that speaks."""

    voices: tuple[str, ...] = ()
    """The names of its voices; empty: any name goes to the upstream, which says what it knows."""


def _check_address(address: str, option: str) -> None:
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise EngineUnavailable(f"remote-openai: {option}: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise EngineUnavailable(f"remote-openai: {option} must be an http or https URL")
    if url.userinfo or url.query:
        raise EngineUnavailable(f"remote-openai: {option} must hold no secret: use api_key_file")


def of(spec: EngineSpec) -> Settings:
    """The settings in `spec`."""
    return Settings.of(spec.options)


def speech(spec: EngineSpec) -> SpeechSettings:
    """The settings of a model that speaks."""
    return SpeechSettings.of(spec.options)


def voices(options: Mapping[str, Any]) -> Sequence[VoiceCard]:
    """See `engines.EngineEntry.voices`: those of the catalogue."""
    about = f"{options.get('model')} on another server"
    return [VoiceCard(name, None, about) for name in options.get("voices", ())]
