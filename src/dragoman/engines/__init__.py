"""Engines, one package each; named here by strings so that none is imported before it is used."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

from dragoman.domain.chat import CHAT
from dragoman.domain.diarisation import DIARISATION
from dragoman.domain.document import DOCUMENT_CODEC
from dragoman.domain.engine import EngineSpec, Kind
from dragoman.domain.errors import EngineUnavailable
from dragoman.domain.picture import PICTURE_CODEC, SIGHT
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import AUDIO_CODEC, TRANSCRIPTION

OFFLINE: Mapping[str, str] = MappingProxyType(
    {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "ORT_DISABLE_TELEMETRY": "1"}
)
"""The environment of every process that loads an engine, whoever starts it.

An engine has its files: its library is not to look for others, nor to report what it does. ONNX
Runtime looks up its maker's telemetry host and keeps a device id under the home directory unless
the last of these is set; `DO_NOT_TRACK` does not stop it.
"""

# Tests, benches and programs load engines in their own process: before ONNX Runtime is imported,
# which only packages below this one do.
os.environ["ORT_DISABLE_TELEMETRY"] = OFFLINE["ORT_DISABLE_TELEMETRY"]

WHISPER_MEMORY = (
    "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"
    ":glibc.malloc.mmap_threshold=268435456:glibc.malloc.trim_threshold=268435456"
)
"""How glibc's malloc serves Whisper.

Whisper's encoder takes and gives back matrices of 72 MB: in small pages, fetched from the system
each time, that is a third of its work. One arena for all threads: others are too small for such
matrices and would fetch each from the system. Other libraries of C do not know the variable.
"""


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """All that the rest of the project knows of an engine before it is loaded."""

    kind: Kind[Any, Any]
    """What the engine does: its requests and events."""
    load: str
    """`module:function` that takes an `EngineSpec` and returns a `BlockingEngine`."""
    voices: str | None = None
    """`module:function` that takes a model's options and returns the `VoiceCard`s of an engine that
    speaks."""
    settings: str | None = None
    """`module:function` that takes an `EngineSpec` and raises `EngineUnavailable` for options that
    are wrong; it loads no weights. None: the engine has no options."""
    weights: bool = True
    """Whether a model of this engine has files."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the engine's process finds in its environment, unless the operator has set it."""
    network: bool = False
    """Whether its process opens connections or a port; the others are kept from both."""
    caches: tuple[str, ...] = ()
    """Packages that keep files of their own in the user's cache, and write there when they load."""
    cache_option: str | None = None
    """The option that says how many MiB its process may keep of what it has read."""
    demo: bool = False
    """Whether `dragoman serve --demo` runs it: the fakes, and the codecs, which need no weights."""
    fake: bool = False
    """Whether it knows nothing: no catalogue may have it."""


def _codec(kind: Kind[Any, Any], load: str) -> EngineEntry:
    return EngineEntry(
        kind,
        f"dragoman.engines.codecs:{load}",
        settings="dragoman.engines.codecs.limits:memory_limit",
        weights=False,
        demo=True,
    )


def _fake(kind: Kind[Any, Any], load: str, voices: str | None = None) -> EngineEntry:
    path = f"dragoman.engines.fake:{load}"
    return EngineEntry(kind, path, voices, weights=False, demo=True, fake=True)


ENGINES: Mapping[str, EngineEntry] = MappingProxyType(
    {
        # llama.cpp's threads have a limit of their own to how long they look before they sleep
        # (`llama_cpp.SPINS`). `passive` would make it nothing as soon as two models in a process
        # have more threads than there are cores.
        "llama-cpp": EngineEntry(
            CHAT,
            "dragoman.engines.llama_cpp:load",
            settings="dragoman.engines.llama_cpp.settings:of",
            environment={"OMP_WAIT_POLICY": "active"},
            cache_option="cache_ram_mib",
            caches=("dragoman",),  # prefixes, see `llama_cpp.decoding.prefix_files`
            network=True,  # its server has a port on loopback that cannot be turned off
        ),
        "whisper-ct2": EngineEntry(
            TRANSCRIPTION,
            "dragoman.engines.whisper_ct2:load",
            settings="dragoman.engines.whisper_ct2.settings:settings",
            environment={"GLIBC_TUNABLES": WHISPER_MEMORY},
        ),
        "kokoro-onnx": EngineEntry(
            SPEECH,
            "dragoman.engines.kokoro_onnx:load",
            voices="dragoman.engines.kokoro_onnx.voice_cards:voices",
            settings="dragoman.engines.kokoro_onnx.settings:settings",
            caches=("haqumei",),  # the Japanese dictionary, which it unpacks there
        ),
        "recognisers": EngineEntry(SIGHT, "dragoman.engines.recognisers:load"),
        "speakers": EngineEntry(DIARISATION, "dragoman.engines.speakers:load"),
        "remote-openai": EngineEntry(
            CHAT,
            "dragoman.engines.remote_openai:load",
            settings="dragoman.engines.remote_openai.settings:of",
            weights=False,
            network=True,
        ),
        "remote-openai-transcription": EngineEntry(
            TRANSCRIPTION,
            "dragoman.engines.remote_openai:load_transcription",
            settings="dragoman.engines.remote_openai.settings:of",
            weights=False,
            network=True,
        ),
        "remote-openai-speech": EngineEntry(
            SPEECH,
            "dragoman.engines.remote_openai:load_speech",
            voices="dragoman.engines.remote_openai.settings:voices",
            settings="dragoman.engines.remote_openai.settings:speech",
            weights=False,
            network=True,
        ),
        "audio-codec": _codec(AUDIO_CODEC, "load_audio"),
        "picture-codec": _codec(PICTURE_CODEC, "load_picture"),
        "document-codec": _codec(DOCUMENT_CODEC, "load_document"),
        "fake-chat": _fake(CHAT, "load_chat"),
        "fake-transcriber": _fake(TRANSCRIPTION, "load_transcriber"),
        "fake-speaker": _fake(SPEECH, "load_speaker", "dragoman.engines.fake.speech:voices"),
        "fake-sight": _fake(SIGHT, "load_sight"),
        "fake-speakers": _fake(DIARISATION, "load_speakers"),
    }
)
"""Engine name → its entry; a third engine of a kind is one entry more.

An engine of several kinds has an entry for each, `NAME-KIND` after the first; a catalogue says
NAME.
"""


def function(path: str) -> Callable[..., Any]:
    """The function that `module:function` names; its module is imported now."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def kinds_by_engine() -> dict[str, str]:
    """Engine name → the name of its kind, for checking a catalogue; fakes are left out."""
    return {name: entry.kind.name for name, entry in ENGINES.items() if not entry.fake}


def cache_mib(spec: EngineSpec) -> int:
    """How many MiB `spec` lets its engine keep of what it has read; 0 where it does not say."""
    option = ENGINES[spec.engine].cache_option
    size = spec.options.get(option, 0) if option else 0
    return size if isinstance(size, int) else 0


def fault(spec: EngineSpec) -> str | None:
    """What the engine would refuse in `spec` without looking at its files; None: nothing."""
    entry = ENGINES[spec.engine]
    if entry.weights and not spec.directory:
        return f"{spec.engine} needs the model's files, and none are listed"
    if entry.settings is None:
        return f"{spec.engine} has no option {min(spec.options)!r}" if spec.options else None
    try:
        function(entry.settings)(spec)
    except EngineUnavailable as error:
        return error.message
    return None
