"""Speech: every field of its page, with real weights, heard again by the same server."""

import base64
import io
import json
import re
from typing import Any, cast

import av
import numpy as np
import pytest
from openai import BadRequestError, OpenAI

pytestmark = pytest.mark.model

MODEL = "gpt-4o-mini-tts"
TEXT = "The ferry leaves the harbor before sunrise."


def seconds(data: bytes) -> float:
    with av.open(io.BytesIO(data), "r") as container:
        frames = list(container.decode(container.streams.audio[0]))
    return sum(frame.samples / frame.sample_rate for frame in frames)


def heard(client: OpenAI, data: bytes, name: str = "a.wav") -> str:
    return client.audio.transcriptions.create(model="whisper-1", file=(name, data)).text


def events(client: OpenAI, **fields: object) -> list[dict[str, Any]]:
    """The events of a spoken stream."""
    body = {"model": MODEL, "voice": "nova", "stream_format": "sse", **fields}
    data = client.post("/audio/speech", body=body, cast_to=str)
    return [json.loads(line) for line in re.findall(r"^data: (.*)$", data, re.MULTILINE)]


def test_each_of_six_formats_is_the_same_sentence(client: OpenAI):
    lengths: list[float] = []
    for form, kind in (
        ("mp3", "audio/mpeg"),
        ("opus", "audio/opus"),
        ("aac", "audio/aac"),
        ("flac", "audio/flac"),
        ("wav", "audio/wav"),
    ):
        answer = client.audio.speech.create(
            model="tts-1", voice="alloy", input=TEXT, response_format=cast("Any", form)
        )
        assert answer.response.headers["content-type"].partition(";")[0] == kind
        lengths.append(seconds(answer.content))
        assert answer.response.headers.get("transfer-encoding") == "chunked"
    pcm = client.audio.speech.create(
        model="tts-1-hd", voice="alloy", input=TEXT, response_format="pcm"
    ).content
    lengths.append(len(pcm) / 48_000)
    assert max(lengths) - min(lengths) < 0.2
    assert 1.5 < min(lengths) < 5


def test_speed_changes_the_length_and_the_words_stay(client: OpenAI):
    def spoken(speed: float) -> bytes:
        return client.audio.speech.create(
            model="tts-1", voice="nova", input=TEXT, response_format="wav", speed=speed
        ).content

    slow, fast = spoken(0.5), spoken(1.5)
    assert seconds(slow) > 2 * seconds(fast)
    assert "harbor" in heard(client, fast)


def test_events_join_to_a_file_and_end_with_usage(client: OpenAI):
    all_of_them = events(client, input=TEXT, response_format="mp3")
    deltas = [e for e in all_of_them if e["type"] == "speech.audio.delta"]
    done = all_of_them[-1]
    assert done["type"] == "speech.audio.done"
    sound = b"".join(base64.b64decode(e["audio"]) for e in deltas)
    assert "sunrise" in heard(client, sound, "a.mp3")
    assert done["usage"]["output_tokens"] == pytest.approx(20 * seconds(sound), abs=4)


def test_words_have_their_times_and_places_and_captions_come_last(client: OpenAI):
    text = "It costs $5. 안녕하세요."
    told = events(client, input=text, response_format="pcm", x_word_times=True, x_captions="vtt")
    words = [e for e in told if e["type"] == "speech.audio.word"]
    assert all(text[e["offset"] : e["offset"] + e["length"]] == e["word"] for e in words)
    assert "$5" in [e["word"] for e in words]
    assert all(e["start"] < e["end"] for e in words)
    assert told[-1]["x_captions"].startswith("WEBVTT")
    assert "안녕하세요" in told[-1]["x_captions"]


def test_what_is_spoken_is_listened_to_before_it_is_sent(client: OpenAI):
    answer = client.audio.speech.create(
        model="tts-1",
        voice="nova",
        input=TEXT,
        response_format="wav",
        extra_body={"x_verify": True, "x_language": "en"},
    )
    assert float(answer.response.headers["x-character-error-rate"]) < 0.1
    assert len(answer.content) == int.from_bytes(answer.content[4:8], "little") + 8


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("El tren sale de la estación a las ocho de la mañana.", "es", "tren"),
        ("Le train part de la gare à huit heures du matin.", "fr", "train"),
        ("Il treno parte dalla stazione alle otto di mattina.", "it", "treno"),
        ("O trem sai da estação às oito horas da manhã.", "pt", "esta"),
        ("今天天气很好,我们去公园吧。", "zh", "公"),
        ("昨日は駅前の公園でお弁当を食べました。", "ja", "公園"),
    ],
)
def test_languages_are_spoken_as_themselves(client: OpenAI, text: str, language: str, word: str):
    if language == "ja":
        pytest.importorskip("haqumei")
    data = client.audio.speech.create(
        model=MODEL, voice="nova", input=text, response_format="wav"
    ).content
    answer = client.audio.transcriptions.create(
        model="whisper-1", file=("a.wav", data), language=language
    )
    assert word in answer.text.lower()


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Please take a .5 mg dose.", r"0\.5|point five"),
        ("Please take the bánh mì home tonight.", r"please take the b.*home tonight"),
        ("Remember that 10 - 4 = 6.", r"minus|10 ?[-−–] ?4"),
        ("The home team won 3-2 last night.", r"3 to 2|three to two|3[-–]2"),
        ("The meeting is on 11/28/24.", r"november 28"),
        ("The ticket costs ₹500 today.", r"rupee"),
        ("His pressure was 120/80 mmHg.", r"mercury|mmhg"),
        ("In an emergency, call 911 now.", r"911|9-1-1|nine one one"),
        ("He lives at 12 Main Dr., Apt. 4B.", r"main drive"),
        ("Do NOT run. You must stop NOW.", r"do not run.*stop now"),
        ("We know that $x^2 + y^2 = 25$ holds.", r"x( squared|²).*(plus|\+) y( squared|²)"),
        ("The concert was live, and the pipe was made of lead.", r"live.* (led|lead)"),
        ("The cost of a tank is high.", r"the cost of a tank"),
        ("Take 5 μg of vitamin D.", r"microgram|mcg|µg|μg"),
        (
            "Open Settings > Privacy, Mon.–Fri. only.",
            r"settings.{1,2}privacy.*monday (to|through) friday",
        ),
        ("Her name is Beth, and these are her capabilities.", r"beth.*capabilities"),
    ],
)
def test_signs_numbers_and_capitals_are_heard_as_they_are_meant(
    client: OpenAI, text: str, meaning: str
):
    data = client.audio.speech.create(
        model=MODEL, voice="nova", input=text, response_format="wav"
    ).content
    assert re.search(meaning, heard(client, data).lower())


def test_voices_are_listed_blended_kept_and_forgotten(client: OpenAI):
    listed = client.get("/audio/voices", cast_to=dict[str, Any])
    assert "alloy" in json.dumps(listed)
    kept = client.post(
        "/audio/voices",
        body={"name": "Anna", "x_blend": "af_bella(2)+onyx"},
        cast_to=dict[str, Any],
    )
    own, blend = (
        client.audio.speech.create(
            model=MODEL, voice=cast("Any", voice), input="Good morning.", response_format="pcm"
        ).content
        for voice in ({"id": kept["id"]}, "af_bella(2)+onyx")
    )
    assert own == blend
    client.delete(f"/audio/voices/{kept['id']}", cast_to=object)
    with pytest.raises(BadRequestError):
        client.audio.speech.create(
            model=MODEL, voice=cast("Any", {"id": kept["id"]}), input="Good morning."
        )
    mixed = client.audio.speech.create(
        model=MODEL, voice=cast("Any", "af_bella+zf_xiaobei"), input="Good morning."
    )
    assert mixed.content


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": "a" * 4097}, "input"),
        ({"input": " \n "}, "input"),
        ({"input": "Привет, как у тебя дела?"}, "input"),
        ({"speed": 5}, "speed"),
        ({"voice": "nobody"}, "voice"),
        ({"response_format": "midi"}, "response_format"),
        ({"volume": 3}, "volume"),
    ],
)
def test_what_cannot_be_spoken_is_refused_by_name(
    client: OpenAI, fields: dict[str, Any], param: str
):
    body = {"model": MODEL, "voice": "nova", "input": "Hello.", **fields}
    with pytest.raises(BadRequestError) as refused:
        client.post("/audio/speech", body=body, cast_to=object)
    assert param in (refused.value.param or refused.value.message)


MARKED = """# Morning

- The **ferry** leaves [the harbor](https://example.com/harbor).[1]
- It is late."""


def test_markup_is_not_heard_and_words_keep_their_places(client: OpenAI):
    data = client.audio.speech.create(
        model="tts-1", voice="nova", input=MARKED, response_format="wav"
    ).content
    text = heard(client, data).lower()
    assert "ferry leaves" in text
    for sign in ("hash", "star", "http", "example", "bracket", "slash", "one"):
        assert sign not in text
    *_, done = found = events(client, input=MARKED, x_word_times=True, x_captions="srt")
    words = [event for event in found if event["type"] == "speech.audio.word"]
    places = [MARKED[word["offset"] :][: word["length"]] for word in words]
    assert places == ["Morning", "The", "ferry", "leaves", "the", "harbor", "It", "is", "late"]
    assert "The ferry leaves the harbor." in done["x_captions"]


def test_pauses_and_ssml_are_obeyed(client: OpenAI):
    def spoken_s(text: str) -> float:
        answer = client.audio.speech.create(
            model="tts-1", voice="nova", input=text, response_format="pcm"
        )
        return len(answer.content) / 48_000

    usual = spoken_s("Good morning. It is nine.")
    assert 1 < spoken_s("Good morning. [pause:1.5s] It is nine.") - usual < 1.6
    ssml = "<speak>Good morning. <break time='1500ms'/><foo>It is nine.</foo></speak>"
    assert 1 < spoken_s(ssml) - usual < 1.6
    assert spoken_s(f"<speak><prosody rate='slow'>{TEXT}</prosody></speak>") > 1.2 * spoken_s(TEXT)


def test_short_sentences_find_their_language_and_others_are_refused_by_name(client: OpenAI):
    for text, word in (("Tienes dos mensajes nuevos.", "mensaje"), ("Tournez à droite.", "droite")):
        data = client.audio.speech.create(
            model=MODEL, voice="nova", input=text, response_format="wav"
        ).content
        assert word in heard(client, data).lower()
    with pytest.raises(BadRequestError, match=r"German \(Deutsch\)"):
        client.audio.speech.create(model=MODEL, voice="nova", input="Die Tür ist offen.")
    client.audio.speech.create(model=MODEL, voice="nova", input="He said привет to 𝗮𝗹𝗹.")


def test_instructions_change_pace_level_and_pauses_and_the_rest_is_named(client: OpenAI):
    def spoken(instructions: str) -> tuple[float, float, str | None]:
        """Seconds, level and what had no effect."""
        answer = client.audio.speech.with_raw_response.create(
            model=MODEL,
            voice="nova",
            input="Good morning. It is nine.",
            response_format="pcm",
            instructions=instructions,
        )
        samples = np.frombuffer(answer.content, "<i2").astype(np.float64)
        loud = samples[np.abs(samples) > 30]
        return (
            samples.size / 24_000,
            float(np.sqrt(np.mean(loud**2))),
            answer.headers.get("x-dragoman-ignored"),
        )

    usual_s, usual, _ = spoken("")
    slow_s, _, ignored = spoken("Speak slowly, in a cheerful tone")
    assert 1.1 < slow_s / usual_s < 1.4
    assert ignored == "instructions (in a cheerful tone)"
    _, quiet, ignored = spoken("Whisper.")
    assert quiet < 0.4 * usual
    assert ignored is None
    paused_s, _, _ = spoken("Make longer pauses.")
    assert paused_s > usual_s + 0.2


@pytest.mark.parametrize("voice", ["af_sky", "am_adam", "af_sky+bf_emma"])
def test_voices_of_kokoros_examples_are_understood(client: OpenAI, voice: str):
    spoken = client.audio.speech.with_raw_response.create(
        model="kokoro",
        voice=voice,
        input="The quick brown fox jumped over the lazy dog.",
        extra_body={"x_verify": True},
    )
    assert float(spoken.headers["x-character-error-rate"]) <= 0.1


def told(client: OpenAI, text: str, instructions: str = "") -> tuple[bytes, str | None]:
    """A WAV file, and what had no effect."""
    answer = client.audio.speech.with_raw_response.create(
        model=MODEL,
        voice="alloy",
        response_format="wav",
        input=text,
        instructions=instructions,
    )
    return answer.content, answer.headers.get("x-dragoman-ignored")


def test_rows_of_signs_and_strange_pauses_are_pauses_and_told(client: OpenAI):
    row, ignored = told(client, "<" * 4096)
    assert (seconds(row) < 1, ignored) == (True, None)
    plain, _ = told(client, "One, two, three.")
    paused, ignored = told(client, "One [pause:abc] two [pause:-1s] three.")
    assert ignored == "input ([pause:abc]), input ([pause:-1s])"
    assert 0.2 < seconds(paused) - seconds(plain) < 2
    name, _ = told(client, "Erdoğan met Orbán.")
    assert 0.8 < seconds(name) < 4


def test_an_accent_of_english_is_heeded_and_another_is_told(client: OpenAI):
    text = "We moved to this house on 03/04/2024."
    usual, ignored = told(client, text)
    british, none = told(client, text, instructions="Speak with a British accent.")
    assert "March" in heard(client, usual)
    assert "April" in heard(client, british)
    assert (ignored, none) == (None, None)
    _, ignored = told(client, "Hello.", instructions="Slowly, in a French accent.")
    assert ignored == "instructions (in a French accent)"


def test_a_voice_of_another_language_has_its_own_name(client: OpenAI):
    spoken = client.audio.speech.with_raw_response.create(
        model="kokoro",
        voice="ef_dora",
        input="La puerta de la cocina está abierta.",
        extra_body={"x_verify": True},
    )
    assert float(spoken.headers["x-character-error-rate"]) <= 0.15
