"""Every setting, its default and its unit; `sources` says which of them somebody set."""

import json
import os
import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dragoman.serving.control_groups import usable_cores

_PREFIX = "DRAGOMAN_"
CONFIG = "DRAGOMAN_CONFIG"
"""The variable that names a file of settings, and is none of them."""
SECRET = ("api_keys", "database")
"""Settings whose values no message may show."""
_LONGEST_NAME = 64
_UNREPLACED = re.compile(r"\$\{.*\}|\$\w+|os\.environ/.*|\{\{.*\}\}")
"""Names of variables, as other programs replace them by their values: a key that all can guess."""
_COLLECTOR = re.compile(r"https?://([\w.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[\w.~/-]*)?")
"""The address of a collector, without user, query and fragment."""


def _words(value: object) -> object:
    """A list as it is typed: JSON, or words between commas."""
    if not isinstance(value, str):
        return value
    value = value.strip()
    if value[:1] in {"'", '"'} and value[:1] == value[-1:]:
        value = value[1:-1]  # as an env file or a service's unit leaves them
    if value.startswith(("[", "{")):
        return _json(value)
    return tuple(word.strip() for word in value.split(",")) if value.strip() else ()


def _pairs(value: object) -> object:
    """A map as it is typed: JSON, or `name=value` between commas."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith(("[", "{")):
        return _json(value)
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if not all(name.strip() and value.strip() for name, _, value in pairs):
        raise ValueError("should be name=model,name=model, or JSON")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _is_network(host: str) -> bool:
    """Whether what has a slash is a network; what has none is a name or an address."""
    try:
        ip_network(host)
    except ValueError:
        return "/" not in host
    return True


def _json(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"begins like JSON, but is not: {error}") from error


Words: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]
Pairs: TypeAlias = Annotated[dict[str, str], NoDecode, BeforeValidator(_pairs)]


class SettingsWrong(Exception):
    """The message has a line for each setting that is wrong."""


class Settings(BaseSettings):
    """The settings, from the environment (`DRAGOMAN_PORT=9000`) or arguments, which win.

    `sources.settings_of` has those of `dragoman.toml`, too. The text below a setting is its comment
    in the file that `dragoman config --toml` writes, and its examples are examples there.
    """

    model_config = SettingsConfigDict(env_prefix="DRAGOMAN_", extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    """The address to listen on. Beyond loopback, set `api_keys` too."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port to listen on; 0: any free one."""
    uds: Path | None = Field(default=None, examples=["/run/dragoman/socket"])
    """A socket's file to listen on in place of a port; its owner and its group may connect."""
    ssl_certfile: Path | None = Field(default=None, examples=["/etc/dragoman/fullchain.pem"])
    """A certificate, with those that vouch for it; not set: plain HTTP."""
    ssl_keyfile: Path | None = Field(default=None, examples=["/etc/dragoman/privkey.pem"])
    """The private key of `ssl_certfile`; not set: it is in the same file."""
    root_path: str = Field(default="", examples=["/dragoman"])
    """The path under which a proxy has the server."""
    trusted_proxies: Words = ("127.0.0.1", "::1")
    """Addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    cors_origins: Words = Field(default=("*",), examples=[["https://chat.example"]])
    """Origins whose pages may read answers."""
    api_keys: Words = Field(default=(), examples=[["sk-one", "sk-two"]])
    """The keys that are let in; without any, and without named ones, everybody is."""
    key_file: Path | None = Field(default_factory=lambda: user_data_path("dragoman") / "keys.json")
    """The file to which `dragoman keys` writes named keys; once it is there, a key is needed."""
    models: Path = Field(default_factory=lambda: user_data_path("dragoman") / "models")
    """The directory of the model store."""
    completions: Path = Field(
        default_factory=lambda: user_data_path("dragoman") / "completions.sqlite3"
    )
    """The file of stored answers: completions with `store`, and responses unless they say `store:
    false`."""
    database: str | None = Field(
        default=None, examples=["postgresql://dragoman:password@db.example/dragoman"]
    )
    """A PostgreSQL database in place of that file and of the voices', for several servers."""
    voices: Path = Field(default_factory=lambda: user_data_path("dragoman") / "voices")
    """The directory of the voices and consents that callers made."""
    catalogue: Path | None = Field(default=None, examples=["~/models.toml"])
    """A TOML file with models of your own, merged over ours."""
    aliases: Pairs = Field(default_factory=dict[str, str], examples=[{"gpt-4o": "my-model"}])
    """A map from the name in a request to the id of the model that answers."""
    offline: bool = False
    """Never fetch anything: a missing model is an error."""
    preload: bool = True
    """Load the first model of each kind at start-up; off: on first use."""
    idle_s: float | None = Field(default=None, gt=0, allow_inf_nan=False, examples=[900])
    """Unload an engine that nobody used for that many seconds; not set: never."""
    memory_mib: int | None = Field(default=None, ge=1, examples=[6000])
    """The MiB that all engines may take together, by what the catalogue says of their models: the
    one that was used longest ago is unloaded for another. Not set: any number."""
    engine_memory_mib: int = Field(default=4096, ge=0)
    """The MiB that the process of an engine may take beyond those that it has when it is loaded;
    0: any number."""
    grace_s: float = Field(default=20.0, ge=0, le=3600)
    """Seconds that requests under way have when the server is told to stop."""
    drain_s: float = Field(default=0.0, ge=0, le=600)
    """Seconds in which requests are still taken, before the port is closed and the grace begins."""
    context: int | None = Field(default=None, ge=512, examples=[8192])
    """Tokens of a prompt and its answer together, for chat models of llama-cpp; not set: as the
    catalogue says."""
    slots: int | None = Field(default=None, ge=1, le=64, examples=[1])
    """Answers that a chat model of llama-cpp writes together; 1: equal requests, equal answers."""
    decoder: Literal["auto", "server", "loop"] | None = Field(default=None, examples=["loop"])
    """The decoder of chat models of llama-cpp; not set: as the catalogue says."""
    device: str | None = Field(
        default=None, pattern=r"^(auto|cpu|cuda(:[0-9]{1,3})?)$", examples=["cuda:1"]
    )
    """The device on which Whisper and Kokoro work: auto, cpu, cuda, or cuda with the number of a
    GPU; not set: as the catalogue says."""
    threads: int = Field(default_factory=usable_cores, ge=1)
    """Compute threads of each engine; as many as the cores that this process may use."""
    connections: int | None = Field(default=None, ge=1, examples=[1024])
    """Open connections in all; not set: 4096, or as many as the limit on open files allows."""
    connections_per_address: int | None = Field(default=None, ge=1, examples=[64])
    """Open connections from one address that is not loopback; not set: as many as in all."""
    queue: int = Field(default=64, ge=1)
    """Requests that may hold or wait for one model; one more is a 429."""
    longest_wait_s: float = Field(default=600.0, gt=0, allow_inf_nan=False)
    """Seconds in a model's queue, after which a request is refused."""
    longest_audio_s: float = Field(default=4 * 3600.0, gt=0, allow_inf_nan=False)
    """Seconds of an upload, decoded."""
    largest_upload: int = Field(default=26_214_400, ge=1)
    """Bytes of a request with sound, form and all; the default is OpenAI's 25 MiB."""
    translate_by: Literal["auto", "chat", "recogniser"] = "auto"
    """The translator of speech: whichever measured better, the chat model, or Whisper itself."""
    fetch_images: Literal["off", "public", "on"] = "public"
    """The policy for image URLs: refused; from public addresses only; from anywhere."""
    image_hosts: Words = Field(default=(), examples=[["10.0.0.0/8"]])
    """Further hosts and networks that images may come from."""
    allowed_hosts: Words = Field(default=(), examples=[["dragoman.local"]])
    """Further names that browsers may know this server by; not needed with keys."""
    unknown_fields: Literal["refuse", "tell"] = "refuse"
    """The treatment of fields that nobody knows: a 400, or no effect and their names in a header of
    the answer."""
    metrics: bool = True
    """Whether `/metrics` is there for a Prometheus."""
    traces: str | None = Field(default=None, examples=["http://127.0.0.1:4318"])
    """The address of a collector to which traces are sent over OTLP/HTTP; not set: none are."""
    console: bool = True
    """Whether `/` is the console for a browser; off: a plain page is there."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least of what is written to the log."""
    log_format: Literal["text", "json"] = "text"
    """The form of the log's lines."""

    @property
    def locked(self) -> bool:
        """Whether a key is needed."""
        return bool(self.api_keys) or (self.key_file is not None and self.key_file.exists())

    @field_validator("host")
    @classmethod
    def _some_host(cls, host: str) -> str:
        """An empty one would be every address of the machine."""
        host = host.strip().removeprefix("[").removesuffix("]")
        if not host:
            raise ValueError("is empty; unset it, or give an address: 127.0.0.1")
        return host

    @field_validator("root_path")
    @classmethod
    def _plain_root(cls, path: str) -> str:
        """As links need it: with a slash before and none behind."""
        path = path.rstrip("/")
        if path and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", path):
            raise ValueError("should be a path: /dragoman")
        if path == "/v1" or path.startswith("/v1/"):
            raise ValueError("would take the server's own /v1 away; choose another")
        return path

    @field_validator("traces")
    @classmethod
    def _plain_collector(cls, address: str | None) -> str | None:
        """A password in it would be shown with the settings."""
        if address is None or _COLLECTOR.fullmatch(address):
            return address
        raise ValueError(
            "should be the address of a collector, http://127.0.0.1:4318, without user and "
            "password: what lets you in there goes into OTEL_EXPORTER_OTLP_HEADERS"
        )

    @field_validator("trusted_proxies")
    @classmethod
    def _known_proxies(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        """A name would never be equal to an address."""
        for proxy in proxies:
            if proxy != "*":
                ip_network(proxy)
        return proxies

    @field_validator("cors_origins")
    @classmethod
    def _plain_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """A browser sends no path, so none with a path would ever be equal."""
        for origin in origins:
            if origin != "*" and not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/\s,*]+", origin):
                raise ValueError(f"{origin[:100]!r} is no origin: https://chat.example")
        return origins

    @field_validator("ssl_keyfile")
    @classmethod
    def _key_of_something(cls, path: Path | None, known: ValidationInfo) -> Path | None:
        if path is not None and known.data.get("ssl_certfile") is None:
            raise ValueError("is the key of a certificate; set ssl_certfile, too")
        return path

    @field_validator("database")
    @classmethod
    def _postgresql(cls, url: str | None) -> str | None:
        """Its driver is an extra, and missing it is to be told at the start."""
        if url is None:
            return None
        if not re.match(r"postgres(ql)?://", url):
            raise ValueError("should be a URL: postgresql://user:password@host/name")
        if find_spec("psycopg") is None:
            raise ValueError("needs a driver: pip install 'dragoman[postgres]'")
        return url

    @field_validator("allowed_hosts", "image_hosts")
    @classmethod
    def _plain_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        """A URL, a port or a pattern would never be equal to a name."""
        for host in hosts:
            address = host.partition("/")[0] if "/" in host else host
            if not re.fullmatch(r"[\w.-]+|[0-9A-Fa-f:.]+", address) or not _is_network(host):
                raise ValueError(f"{host[:100]!r} is no name of a host, no address and no network")
        return hosts

    @field_validator("api_keys", mode="before")
    @classmethod
    def _some_key(cls, value: object) -> object:
        """An empty variable is an accident, and would open the server to everybody."""
        if isinstance(value, str) and not value.strip():
            raise ValueError("is empty; unset it, or give a key: sk-one")
        return value

    @field_validator("api_keys")
    @classmethod
    def _usable_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        """A key that no header can carry would let nobody in."""
        if not all(re.fullmatch(r"[!-~]+", key) for key in keys):
            raise ValueError("has a key that is empty, or not of printable ASCII without spaces")
        if any(_UNREPLACED.fullmatch(key) for key in keys):
            raise ValueError("has the name of a variable, which nothing replaces by its value")
        return keys

    @field_validator(
        "models",
        "completions",
        "voices",
        "catalogue",
        "key_file",
        "uds",
        "ssl_certfile",
        "ssl_keyfile",
    )
    @classmethod
    def _whole_path(cls, path: Path | None) -> Path | None:
        """With `~` spelt out; a relative path would depend on where the server was started."""
        if path is None:
            return None
        try:
            whole = path.expanduser()
        except RuntimeError as error:
            raise ValueError(f"{str(path)!r} is in the home of somebody who is not here") from error
        if not whole.is_absolute():
            raise ValueError(f"{str(path)!r} is not an absolute path")
        return whole


def nearest(name: str, known: Collection[str]) -> str | None:
    """The setting that is like `name`, in any case, with hyphens, or with the variables' prefix."""
    plain = name[:_LONGEST_NAME].lower().replace("-", "_").removeprefix(_PREFIX.lower())
    return next(iter(get_close_matches(plain, known, 1)), None)


def unknown_settings(environment: Iterable[str] | None = None) -> list[str]:
    """One line for each variable that looks like a setting and is none.

    A misspelt `DRAGOMAN_API_KEYS` must not start a server without keys.
    """
    known = [*Settings.model_fields, CONFIG.removeprefix(_PREFIX).lower()]
    lines = list[str]()
    for name in sorted(os.environ if environment is None else environment):
        rest = name.upper().removeprefix(_PREFIX)
        if not name.upper().startswith(_PREFIX) or rest.lower() in known:
            continue
        near = nearest(rest, known)
        advice = f"did you mean {_PREFIX}{near.upper()}?" if near else "docs/settings.md lists all."
        lines.append(f"{name}: there is no such setting; {advice}")
    return lines
