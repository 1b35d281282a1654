"""`/v1/audio/translations`, through the official client."""

from collections.abc import Mapping
from itertools import pairwise

import httpx2
import pysubs2
import pytest
import webvtt
from openai.types.audio import Translation, TranslationVerbose
from starlette.applications import Starlette

from clients import Shelf, http_client, nothing_extra, openai_client
from dragoman.api import translations
from dragoman.api.uploads import Uploads
from dragoman.domain.chat import (
    CHAT,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    TextDelta,
    Usage,
)
from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.domain.models import ModelCard
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    LanguageFound,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines.codecs import load_audio
from dragoman.engines.fake import FakeTranscriber
from dragoman.serving.app import create_app
from dragoman.serving.composition import SkilledEngines
from dragoman.skills.translation.identifier import Identifier
from dragoman.skills.translation.translator import Translator
from fake_engines import Held
from sounds import tone, wav

SECOND = wav(tone(1.0))


class Listens(FakeTranscriber):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[TranscriptionRequest] = []

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        self.requests.append(request)
        super().run(request, outlet)


def app(engine: FakeTranscriber) -> Starlette:
    held = Held(
        {
            AUDIO_CODEC: {"audio-codec": load_audio(EngineSpec("audio-codec", ""))},
            TRANSCRIPTION: {"whisper-1": engine},
        }
    )
    return create_app(held, Shelf(), more=translations.routes(held, Uploads()))


async def translated(engine: FakeTranscriber, **fields: str) -> httpx2.Response:
    async with http_client(app(engine)) as http:
        return await http.post(
            "/v1/audio/translations", data={"model": "whisper-1", **fields}, files={"file": SECOND}
        )


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
async def test_the_official_client_gets_text_and_nothing_else():
    engine = Listens()
    async with openai_client(app(engine)) as client:
        answer = await client.audio.translations.create(  # pyright: ignore[reportDeprecated] - not by us
            model="whisper-1", file=SECOND, prompt="Hong", temperature=0.2
        )
    assert isinstance(answer, Translation)
    assert nothing_extra(answer)
    assert answer.text.startswith("This is the fake recogniser")
    (request,) = engine.requests
    assert (request.task, request.prompt, request.temperature) == ("translate", "Hong", 0.2)


async def test_the_long_answer_is_english_and_says_what_was_done():
    body = await translated(FakeTranscriber(), response_format="verbose_json")
    answer = TranslationVerbose.model_validate_json(body.content)
    assert (answer.language, answer.duration) == ("english", 1.0)
    assert answer.model_extra is not None
    assert set(answer.model_extra) == {
        "task",
        "x_coverage",
        "x_spoken_language",
        "x_translated_by",
    }
    assert answer.model_extra["task"] == "translate"
    assert answer.model_extra["x_spoken_language"] == "english"
    assert answer.segments


@pytest.mark.parametrize(("form", "start"), [("text", "This"), ("srt", "1\n"), ("vtt", "WEBVTT\n")])
async def test_text_and_subtitles(form: str, start: str):
    answer = await translated(FakeTranscriber(), response_format=form)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(start)


class Korean(FakeTranscriber):
    """Hears a long sentence in three pieces, then a short one after a pause."""

    SAID = (
        (0.5, 4.0, " 내일 오후에는 비가 많이 올 것으로 보이며"),
        (4.0, 8.0, " 바람도 강하게 불 것으로 예상되니"),
        (8.5, 11.0, " 우산을 꼭 챙기시기 바랍니다."),
        (14.0, 15.5, " 감사합니다."),
    )

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        outlet.emit(LanguageFound("ko", 0.99))
        for index, (start_s, end_s, text) in enumerate(self.SAID):
            outlet.emit(Segment(index, 0, start_s, end_s, text, (1,), 0.0, -0.2, 1.0, 0.0))
        outlet.emit(TranscriptionFinished(12.0))


class Interprets:
    """A chat model that knows two sentences in two languages."""

    concurrency = 4
    ANSWERS: Mapping[str, str] = {
        "English감": "Thank you.",
        "English내": "Tomorrow afternoon it will rain a lot and the wind will be strong, "
        "so please do not forget your umbrella.",
        "Spanish감": "Muchas gracias.",
        "Spanish내": "Mañana por la tarde lloverá mucho y el viento será fuerte, "
        "así que no olvide su paraguas.",
    }

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        into = "Spanish" if "natural Spanish" in request.messages[0].text else "English"
        outlet.emit(TextDelta(0, self.ANSWERS[into + request.messages[-1].text[0]]))
        outlet.emit(ChoiceFinished(0, "stop"))
        outlet.emit(ChatFinished(Usage(1, 1)))

    def close(self) -> None:
        pass


def skilled_app() -> Starlette:
    held = Held(
        {
            AUDIO_CODEC: {"audio-codec": load_audio(EngineSpec("audio-codec", ""))},
            TRANSCRIPTION: {"whisper-1": Korean()},
            CHAT: {"c": Interprets()},
        },
        {"c": ModelCard("c", "chat", "fake", languages=("en", "ko", "es"))},
    )
    identifier = Identifier()
    skilled = SkilledEngines(
        held,
        {
            TRANSCRIPTION.name: lambda ears, card, engines: Translator(
                ears, card, engines, identifier
            )
        },
    )
    return create_app(skilled, Shelf(), more=translations.routes(skilled, Uploads()))


@pytest.fixture(scope="module")
def skilled() -> Starlette:
    return skilled_app()


async def interpreted(skilled: Starlette, **fields: str) -> httpx2.Response:
    async with http_client(skilled) as http:
        answer = await http.post(
            "/v1/audio/translations",
            data={"model": "whisper-1", **fields},
            files={"file": wav(tone(16.0))},
        )
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("into", ["en", "es"])
async def test_every_format_has_the_same_words_at_the_times_of_the_source(
    skilled: Starlette, into: str
):
    fields = {} if into == "en" else {"x_to_language": into}
    spoken = "English" if into == "en" else "Spanish"
    said = " ".join(Interprets.ANSWERS[spoken + first] for first in "내감")
    short = await interpreted(skilled, **fields)
    assert short.json() == {"text": said}
    assert short.headers["x-translated-by"] == "chat"
    plain = await interpreted(skilled, response_format="text", **fields)
    assert plain.text == said + "\n"
    long = (await interpreted(skilled, response_format="verbose_json", **fields)).json()
    assert long["language"] == spoken.lower()
    assert (long["text"], long["x_translated_by"]) == (said, ["chat"])
    times = [(segment["start"], segment["end"]) for segment in long["segments"]]
    assert times == [(start_s, end_s) for start_s, end_s, _ in Korean.SAID]
    for segment in long["segments"]:
        assert segment["x_translated_by"] == "chat"
        assert segment["text"].strip()
    for form in ("srt", "vtt"):
        cues = subtitles((await interpreted(skilled, response_format=form, **fields)).text)
        assert [(cue.start / 1000, cue.end / 1000) for cue in cues] == times
        assert " ".join(cue.plaintext for cue in cues) == said
    captions = webvtt.from_string(
        (await interpreted(skilled, response_format="vtt", **fields)).text
    ).captions
    assert " ".join(caption.text for caption in captions) == said


def subtitles(text: str) -> list[pysubs2.SSAEvent]:
    """As an independent library reads them; times in ms."""
    return list(pysubs2.SSAFile.from_string(text))


async def test_lines_of_subtitles_stay_inside_the_segments_of_the_source(skilled: Starlette):
    answer = await interpreted(skilled, response_format="srt", x_max_line_chars="20")
    cues = subtitles(answer.text)
    assert all(len(line) <= 20 for cue in cues for line in cue.plaintext.splitlines())
    ends = [(cue.start / 1000, cue.end / 1000) for cue in cues]
    assert all(start_s < end_s for start_s, end_s in ends)
    assert all(a[1] <= b[0] for a, b in pairwise(ends))
    assert all(
        any(a <= start_s and end_s <= b for a, b, _ in Korean.SAID) for start_s, end_s in ends
    )


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("language", "ko", "unknown_parameter"),
        ("x_to_language", "xx", "invalid_language_format"),
        ("x_translate_by", "nobody", "invalid_value"),
        ("stream", "true", "unknown_parameter"),
        ("response_format", "diarized_json", "invalid_value"),
        ("temperature", "2", "decimal_above_max_value"),
    ],
)
async def test_what_a_translation_does_not_have_is_refused(field: str, value: str, code: str):
    answer = await translated(FakeTranscriber(), **{field: value})
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["param"], error["code"]) == (field, code)
