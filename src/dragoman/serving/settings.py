"""Every setting, its default and its unit; the only place that reads the environment."""

import os
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """From the environment (`DRAGOMAN_PORT=9000`), or from the command line, which wins."""

    model_config = SettingsConfigDict(env_prefix="DRAGOMAN_", extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    """Address to listen on. Beyond loopback, set `api_keys` too."""
    port: int = Field(default=8000, ge=0, le=65535)
    api_keys: tuple[str, ...] = ()
    """Keys that are let in, as JSON: `["sk-one"]`. Empty: any key, or none."""
    models: Path = Field(default_factory=lambda: user_data_path("dragoman") / "models")
    """The model store."""
    completions: Path = Field(
        default_factory=lambda: user_data_path("dragoman") / "completions.sqlite3"
    )
    """Where answers are kept that a caller asked to `store`; nothing else is."""
    voices: Path = Field(default_factory=lambda: user_data_path("dragoman") / "voices")
    """Where voices and consents are kept that callers made."""
    catalogue: Path | None = None
    """A TOML file with models of your own, merged over ours."""
    aliases: dict[str, str] = Field(default_factory=dict[str, str])
    """Model name asked for → id of the model that answers, as JSON."""
    offline: bool = False
    """Never fetch anything: a missing model is an error."""
    preload: bool = True
    """Load the first model of each kind at start-up; off: on first use."""
    idle_s: float | None = Field(default=None, gt=0)
    """Unload an engine that nobody used for so long; None: never."""
    threads: int = Field(default_factory=lambda: os.cpu_count() or 2, ge=1)
    """Compute threads of each engine."""
    queue: int = Field(default=64, ge=1)
    """Requests that may hold or wait for one model; one more is a 429."""
    longest_audio_s: float = Field(default=4 * 3600.0, gt=0)
    """Length of an upload, decoded."""
    largest_upload: int = Field(default=26_214_400, ge=1)
    """Bytes of a request with sound, form and all; the default is OpenAI's 25 MiB."""
    translate_by: Literal["auto", "chat", "recogniser"] = "auto"
    """Who translates speech: whoever measured better, the chat model, or Whisper itself."""
    fetch_images: Literal["off", "public", "on"] = "public"
    """Image URLs: refused; from public addresses only; from anywhere."""
    image_hosts: tuple[str, ...] = ()
    """Hosts and networks (10.0.0.0/8) that images may come from besides, as JSON."""
    allowed_hosts: tuple[str, ...] = ()
    """Further names that browsers may know this server by, as JSON; not needed with keys."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("models", "completions", "voices", "catalogue")
    @classmethod
    def _whole_path(cls, path: Path | None) -> Path | None:
        """With `~` spelt out; a relative path would depend on where the server was started."""
        if path is None:
            return None
        whole = path.expanduser()
        if not whole.is_absolute():
            raise ValueError(f"{str(path)!r} is not an absolute path")
        return whole
