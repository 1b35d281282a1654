"""Chat that answers aloud: what the model writes is spoken while it still writes.

Sound without a header is spoken sentence by sentence. While one is spoken, the model's engine goes
on: what it writes waits in the queue between the two.
"""

import io
import wave
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    Spoken,
    TextDelta,
    ThoughtDelta,
    Usage,
    VoiceDelta,
    VoiceEnded,
    VoiceStarted,
)
from dragoman.domain.engine import Engine, Engines
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import SPEECH, AudioFormat, Sound, SpeechFinished, SpeechRequest
from dragoman.phonemes.sentences import sentences
from dragoman.skills.utterances import Utterances

TOKENS_PER_SECOND = 20
"""Source: "audio tokens in assistant messages are 1 token per 50ms of audio",
https://developers.openai.com/api/docs/guides/realtime-costs
"""

SAMPLE_RATE = 24_000
"""The sample rate of headerless sound in hertz, 16 bits a sample."""

INSTRUCTION = (
    "Your answer will be read aloud. Use short plain sentences, without lists, tables, code, "
    "emoji or markup."
)


class AudioOutput:
    """A chat model that speaks answers where a request wants that; see `domain.engine.Engine`."""

    def __init__(
        self, chat: Engine[ChatRequest, ChatEvent], engines: Engines, utterances: Utterances
    ) -> None:
        self._chat = chat
        self._engines = engines
        self._utterances = utterances

    def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """See `Engine.stream`; a spoken answer has voice events, any other is the chat's own.

        Nothing is given out before the first sound: until then a fault is a refusal.

        Raises:
            RequestInvalid: nobody here can speak.
        """
        if request.spoken is None:
            return self._chat.stream(request)
        return _from_the_first_sound(self._spoken(request, request.spoken))

    async def _spoken(
        self, request: ChatRequest, spoken: Spoken
    ) -> AsyncGenerator[ChatEvent, None]:
        if not self._engines.has(SPEECH):
            raise RequestInvalid(
                "Unsupported value: 'modalities' does not support 'audio': no voices are "
                "installed. Supported values are: 'text'.",
                param="modalities",
                code="unsupported_value",
            )
        added = () if request.tools else (INSTRUCTION,)
        voices = [_Voice(n, self._utterances.fresh(), spoken) for n in range(request.choices)]
        text = replace(request, spoken=None, instructions=(*request.instructions, *added))
        async with aclosing(self._chat.stream(text)) as events:
            async for event in events:
                async with aclosing(self._with_voice(event, voices)) as more:
                    async for each in more:
                        yield each

    async def _with_voice(
        self, event: ChatEvent, voices: Sequence["_Voice"]
    ) -> AsyncGenerator[ChatEvent, None]:
        """The event, with the voice events that belong to it."""
        match event:
            case TextDelta(choice, text):
                voice = voices[choice]
                if text and not voice.text:
                    yield VoiceStarted(choice, voice.id)
                yield event
                async with aclosing(self._speak(voice.feed(text), voice)) as sounds:
                    async for sound in sounds:
                        yield sound
            case ChoiceFinished(choice):
                async with aclosing(self._end(voices[choice])) as last:
                    async for each in last:
                        yield each
                yield event
            case ChatFinished():
                yield _counted(event, sum(voice.tokens for voice in voices))
            case _:
                yield event

    async def _end(self, voice: "_Voice") -> AsyncGenerator[ChatEvent, None]:
        async with aclosing(self._speak(voice.finish(), voice)) as sounds:
            async for sound in sounds:
                yield sound
        if data := voice.file():
            yield VoiceDelta(voice.choice, data)
        if voice.text:
            yield VoiceEnded(voice.choice, self._utterances.keep(voice.id, voice.text))

    async def _speak(self, text: str, voice: "_Voice") -> AsyncGenerator[ChatEvent, None]:
        """The sound of a portion of text; a language that no voice speaks is read as if English."""
        languages = [None, "en"] if text else []
        for language in languages:
            try:
                async with aclosing(self._sound(text, voice, language)) as sounds:
                    async for sound in sounds:
                        yield sound
            except RequestInvalid as error:
                if error.code != "unsupported_language" or language == languages[-1]:
                    raise
            else:
                return

    async def _sound(
        self, text: str, voice: "_Voice", language: str | None
    ) -> AsyncGenerator[ChatEvent, None]:
        request = SpeechRequest(text, voice.spoken.voice, voice.format, language=language)
        async with (
            self._engines.lease(SPEECH) as lease,
            aclosing(lease.engine.stream(request)) as events,
        ):
            async for event in events:
                if isinstance(event, SpeechFinished):
                    voice.seconds += event.duration_s
                elif not isinstance(event, Sound):
                    continue
                elif voice.spoken.format == "wav":
                    voice.samples += event.data
                else:
                    yield VoiceDelta(voice.choice, event.data)


@dataclass(slots=True)
class _Voice:
    """The voice of one choice: its text so far, its sound so far, and the text still unspoken."""

    choice: int
    id: str
    spoken: Spoken
    text: str = ""
    unspoken: str = ""
    seconds: float = 0.0
    samples: bytearray = field(default_factory=bytearray)

    @property
    def format(self) -> AudioFormat:
        """The format that the speech engine sends: the header of a WAV file is made here."""
        return "pcm" if self.spoken.format == "wav" else self.spoken.format

    @property
    def tokens(self) -> int:
        return round(self.seconds * TOKENS_PER_SECOND)

    def feed(self, text: str) -> str:
        """Take a piece of text; gives the sentences after which another one has begun."""
        self.text += text
        self.unspoken += text
        whole = sentences(self.unspoken) if self.format == "pcm" else []
        begun = whole[-1].start if len(whole) > 1 else 0
        ready, self.unspoken = self.unspoken[:begun], self.unspoken[begun:]
        return ready.strip()

    def finish(self) -> str:
        """The text that is still unspoken; nothing is left afterwards."""
        rest, self.unspoken = self.unspoken.strip(), ""
        return rest

    def file(self) -> bytes:
        """The WAV file, which is sent when its length is known; no bytes for other formats."""
        if not self.samples:
            return b""
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(SAMPLE_RATE)
            out.writeframes(self.samples)
        return file.getvalue()


async def _from_the_first_sound(
    events: AsyncGenerator[ChatEvent, None],
) -> AsyncGenerator[ChatEvent, None]:
    """The events, held back until the first that is more than text."""
    held: list[ChatEvent] | None = []
    async with aclosing(events):
        async for event in events:
            if held is None:
                yield event
                continue
            held.append(event)
            if not isinstance(event, VoiceStarted | TextDelta | ThoughtDelta):
                for each in held:
                    yield each
                held = None


def _counted(finished: ChatFinished, tokens: int) -> ChatFinished:
    sound = Usage(prompt_tokens=0, completion_tokens=0, completion_audio_tokens=tokens)
    return replace(finished, usage=finished.usage.plus(sound))
