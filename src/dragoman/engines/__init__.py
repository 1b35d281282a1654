"""Engines, one package each; named here by strings so that none is imported before it is used."""

from collections.abc import Mapping

ENGINES: Mapping[str, str] = {
    "llama-cpp": "dragoman.engines.llama_cpp:load",
    "whisper-ct2": "dragoman.engines.whisper_ct2:load",
    "kokoro-onnx": "dragoman.engines.kokoro_onnx:load",
    "recognisers": "dragoman.engines.recognisers:load",
    "speakers": "dragoman.engines.speakers:load",
    "remote-openai": "dragoman.engines.remote_openai:load",
    "audio-codec": "dragoman.engines.codecs:load_audio",
    "picture-codec": "dragoman.engines.codecs:load_picture",
    "document-codec": "dragoman.engines.codecs:load_document",
    "fake-chat": "dragoman.engines.fake:load_chat",
    "fake-transcriber": "dragoman.engines.fake:load_transcriber",
    "fake-speaker": "dragoman.engines.fake:load_speaker",
    "fake-sight": "dragoman.engines.fake:load_sight",
    "fake-speakers": "dragoman.engines.fake:load_speakers",
}
"""Engine name → `module:function`; it takes an `EngineSpec` and returns a `BlockingEngine`."""

VOICES: Mapping[str, str] = {
    "kokoro-onnx": "dragoman.engines.kokoro_onnx.shelf:voices",
    "fake-speaker": "dragoman.engines.fake.speech:voices",
}
"""Engine name → `module:function`; it returns the `VoiceCard`s of an engine that speaks."""

ENVIRONMENT: Mapping[str, Mapping[str, str]] = {
    "llama-cpp": {"OMP_WAIT_POLICY": "active"},
    "whisper-ct2": {
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"
        ":glibc.malloc.mmap_threshold=268435456:glibc.malloc.trim_threshold=268435456"
    },
}
"""Engine name → what its process finds in its environment, where the operator says nothing else.

Whisper's encoder takes and gives back matrices of 72 MB: in small pages, fetched from the system
each time, that is a third of its work. One arena for all threads: others are too small for such
matrices and would fetch each from the system. Other libraries of C do not know the variable.

llama.cpp's threads have a limit of their own to how long they look before they sleep
(`llama_cpp.SPINS`). `passive` would make it nothing as soon as two models in a process have more
threads than there are cores.
"""
