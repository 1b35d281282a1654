"""The one registry: every kind over the wire, every engine in a process of its own."""

import io
import struct
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dragoman.domain.chat import CHAT, ChatRequest
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.diarisation import DIARISATION, DiarisationRequest
from dragoman.domain.document import DOCUMENT_CODEC, DocumentRequest
from dragoman.domain.engine import EngineSpec, Kind
from dragoman.domain.kinds import KINDS, SERVED_KINDS
from dragoman.domain.picture import PICTURE_CODEC, SIGHT, Picture, PictureRequest
from dragoman.domain.speech import SPEECH, SpeechRequest
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    DecodeRequest,
    Recording,
    TranscriptionRequest,
)
from dragoman.engines import ENGINES
from dragoman.serving.process.frames import FrameCodec
from pdfs import pdf
from sounds import tone, wav
from upstreams import running
from workers import in_worker

WEIGHTS = {
    "llama-cpp": "smollm2-135m-instruct",
    "whisper-ct2": "whisper-tiny.en",
    "kokoro-onnx": "kokoro-82m",
    "recognisers": "recognisers",
    "speakers": "speakers",
}
"""Engine → the model it is started with; the others need no weights."""

PATIENCE_S = 180

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    Any: JSON,
    float: st.floats(allow_nan=False),
    int: st.integers(-(2**63), 2**63),  # what msgpack holds: the wire checks numbers before
    str: st.text(),
    bytes: st.binary(),
    bool: st.booleans(),
    types.NoneType: st.none(),
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type, as small as they may be."""
    if is_dataclass(annotation):
        hints = typing.get_type_hints(annotation)
        members = {field.name: values(hints[field.name]) for field in fields(annotation)}
        return st.builds(typing.cast("type[Any]", annotation), **members)
    if annotation in PLAIN:
        return PLAIN[annotation]
    return collections(typing.get_origin(annotation), typing.get_args(annotation))


def collections(origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Values of a type that is made of others."""
    if origin is Literal:
        return st.sampled_from(arguments)
    inner = [values(argument) for argument in arguments if argument is not ...]
    if origin in (typing.Union, types.UnionType):
        return st.one_of(inner)
    if origin in (Mapping, dict):
        return st.dictionaries(*inner, max_size=2)
    if origin is tuple and ... not in arguments:
        return st.tuples(*inner)
    assert origin in (tuple, Sequence), f"no values of {origin} yet"
    return st.lists(*inner, max_size=2).map(tuple)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_request_of_a_kind_survives_the_way_to_its_process(kind: Kind[Any, Any]) -> None:
    @given(values(kind.request))
    def survives(request: Any) -> None:
        codec = FrameCodec(kind)
        assert codec.unpack_request(codec.pack_request(request)) == request

    survives()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_event_of_a_kind_survives_the_way_back(kind: Kind[Any, Any]) -> None:
    @given(st.one_of([values(event) for event in kind.events]))
    def survives(event: Any) -> None:
        codec = FrameCodec(kind)
        assert codec.unpack_event(codec.pack_event(event)) == event

    survives()


def test_every_kind_has_an_engine_for_users_and_one_for_the_demo() -> None:
    assert {entry.kind.name for entry in ENGINES.values() if entry.demo} == set(KINDS)
    real = [entry for name, entry in ENGINES.items() if not name.startswith("fake-")]
    assert {entry.kind.name for entry in real} == set(KINDS)
    assert set(SERVED_KINDS) <= set(KINDS)


@dataclass(frozen=True)
class Inputs:
    """Where requests find their files."""

    directory: Path

    def recording(self) -> Recording:
        samples = [3000 * (-1) ** (i // 20) for i in range(16_000)]
        path = self.directory / "tone.s16"
        path.write_bytes(struct.pack(f"<{len(samples)}h", *samples))
        return Recording(str(path), len(samples))

    def request(self, kind: Kind[Any, Any]) -> Any:
        """A small request of that kind."""
        makers: Mapping[str, Callable[[], Any]] = {
            CHAT.name: lambda: ChatRequest((Message("user", (TextPart("Hi."),)),), max_tokens=4),
            TRANSCRIPTION.name: lambda: TranscriptionRequest(self.recording()),
            DIARISATION.name: lambda: DiarisationRequest(self.recording()),
            SPEECH.name: lambda: SpeechRequest("One two three.", "alloy", "wav"),
            SIGHT.name: lambda: Picture(64, 64, bytes(64 * 64 * 3), 640, 640),
            AUDIO_CODEC.name: self.upload,
            PICTURE_CODEC.name: lambda: PictureRequest(png()),
            DOCUMENT_CODEC.name: lambda: DocumentRequest(pdf("Hello")),
        }
        return makers[kind.name]()

    def upload(self) -> DecodeRequest:
        source = self.directory / "upload"
        source.write_bytes(wav(tone(1.0)))
        return DecodeRequest(str(source), str(self.directory / "samples"), 60.0)


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.model
@pytest.mark.parametrize("engine", ENGINES)
async def test_every_engine_answers_one_request_from_a_process_of_its_own(
    engine: str, tmp_path: Path, weights: Callable[[str], Path]
) -> None:
    kind = ENGINES[engine].kind
    directory = str(weights(WEIGHTS[engine])) if engine in WEIGHTS else ""
    with anyio.fail_after(PATIENCE_S), running() as upstream:
        upstream.says(
            {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}
        )
        if kind is SPEECH:
            upstream.headers, upstream.frames = {"Content-Type": "audio/pcm"}, [bytes(4800)]
        if kind is TRANSCRIPTION:
            upstream.frames = [
                b'{"text": "Hi", "segments": [{"start": 0, "end": 1, "text": "Hi"}]}'
            ]
        is_elsewhere = engine.startswith("remote-openai")
        elsewhere = {"base_url": upstream.url, "model": "m"} if is_elsewhere else {}
        spec = EngineSpec(engine, directory, options=elsewhere)
        async with in_worker(kind, spec) as worker:
            request = Inputs(tmp_path).request(kind)
            events = [event async for event in worker.stream(request)]
    assert events
    assert all(isinstance(event, kind.events) for event in events)
