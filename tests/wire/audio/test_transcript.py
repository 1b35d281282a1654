from dataclasses import replace

import pytest
from openai.types.audio import (
    Transcription,
    TranscriptionTextDoneEvent,
    TranscriptionVerbose,
    TranslationVerbose,
)

from clients import nothing_extra
from dragoman.domain.transcription import (
    LanguageFound,
    Segment,
    TokenLogprob,
    TranscriptionFinished,
    Word,
)
from dragoman.wire.audio import transcript, transcription
from dragoman.wire.audio.translation import translation

WORDS = (Word("Guten", 0.5, 0.8, 0.9), Word("Tag.", 0.8, 1.25, 0.8))
EVENTS = [
    LanguageFound("de", 0.9),
    Segment(0, 0, 0.5, 1.25, " Guten Tag.", (50364, 1, 2), 0.0, -0.25, 0.75, 0.01, WORDS),
    Segment(1, 0, 2.0, 3.0, " Ja.", (3,), 0.2, -0.5, 0.5, 0.02, (Word("Ja.", 2.0, 3.0, 0.5),)),
    TranscriptionFinished(2.0, prompt_tokens=4),
]
HEARD = transcript.fold(EVENTS, 8.47)


def asked(model: str = "whisper-1", *granularities: str) -> transcription.TranscriptionCall:
    fields = [("model", model)]
    if granularities:
        fields.append(("response_format", "verbose_json"))
        fields.extend(("timestamp_granularities[]", value) for value in granularities)
    return transcription.transcription(fields, has_file=True)


TRANSLATED = translation([("model", "whisper-1")], has_file=True)


def test_json_has_text_and_whole_seconds_rounded_up():
    body = transcript.json(asked(), HEARD).model_dump_json(exclude_unset=True)
    assert body == '{"text":"Guten Tag. Ja.","usage":{"type":"duration","seconds":9}}'


def test_newer_names_count_tokens():
    body = transcript.json(asked("gpt-4o-transcribe"), HEARD).model_dump_json(exclude_unset=True)
    answer = Transcription.model_validate_json(body)
    assert nothing_extra(answer)
    assert answer.usage is not None
    assert answer.usage.type == "tokens"
    assert answer.usage.input_tokens == 4 + 85
    assert answer.usage.output_tokens == 4
    assert answer.usage.total_tokens == 93


def test_verbose_json_has_segments_by_default_and_no_words():
    body = transcript.verbose_json(asked(), HEARD).model_dump_json(exclude_unset=True)
    assert '"words"' not in body
    answer = TranscriptionVerbose.model_validate_json(body)
    assert (answer.language, answer.duration) == ("german", 8.47)
    assert answer.segments is not None
    assert [segment.id for segment in answer.segments] == [0, 1]
    assert answer.segments[0].text == " Guten Tag."
    assert answer.segments[0].tokens == [50364, 1, 2]


def test_words_alone_have_no_segments():
    body = transcript.verbose_json(asked("whisper-1", "word"), HEARD)
    answer = TranscriptionVerbose.model_validate_json(body.model_dump_json(exclude_unset=True))
    assert answer.segments is None
    assert answer.words is not None
    assert [(w.word, w.start, w.end) for w in answer.words][1] == ("Tag.", 0.8, 1.25)
    assert [(w.model_extra or {})["x_probability"] for w in answer.words] == [0.9, 0.8, 0.5]


def test_both_can_be_had():
    body = transcript.verbose_json(asked("whisper-1", "word", "segment"), HEARD)
    assert body.segments is not None
    assert body.words is not None


def test_a_translation_is_english_and_has_no_usage():
    assert transcript.json(TRANSLATED, HEARD).model_dump(exclude_unset=True) == {
        "text": "Guten Tag. Ja."
    }
    body = transcript.verbose_json(TRANSLATED, HEARD).model_dump_json(exclude_unset=True)
    assert '"usage"' not in body
    answer = TranslationVerbose.model_validate_json(body)
    assert (answer.language, answer.duration) == ("english", 8.47)


def test_a_translation_says_what_was_heard_and_who_translated():
    first, second = HEARD.segments
    heard = replace(
        HEARD,
        segments=(
            replace(first, translated="chat"),
            replace(second, translated="recogniser"),
            replace(second, translated="chat"),
        ),
    )
    body = transcript.verbose_json(TRANSLATED, heard)
    assert body.x_spoken_language == "german"
    assert body.x_translated_by == ["chat", "recogniser"]
    assert body.segments is not None
    assert [segment.x_translated_by for segment in body.segments] == ["chat", "recogniser", "chat"]


def test_the_long_answer_names_the_language_asked_for():
    fields = [("model", "whisper-1"), ("x_to_language", "ko")]
    body = transcript.verbose_json(translation(fields, has_file=True), HEARD)
    assert body.language == "korean"


def test_a_transcription_says_nothing_of_translating():
    body = transcript.verbose_json(asked(), HEARD).model_dump_json(exclude_unset=True)
    assert "translated" not in body
    assert "spoken" not in body


@pytest.mark.parametrize("name", ["gpt-4o-transcribe", "whisper-base"])
def test_a_stream_counts_in_tokens_whatever_the_name(name: str):
    assert transcript.done(asked(name), HEARD).usage.type == "tokens"


def test_deltas_joined_are_the_text_of_done():
    deltas = [
        transcript.delta(asked(), segment, first=number == 0).delta
        for number, segment in enumerate(HEARD.segments)
    ]
    event = transcript.done(asked("gpt-4o-transcribe"), HEARD)
    done = TranscriptionTextDoneEvent.model_validate_json(event.model_dump_json(exclude_unset=True))
    assert nothing_extra(done)
    assert "".join(deltas) == done.text == HEARD.text


def test_text_ends_with_a_line_break_even_when_nothing_was_said():
    assert transcript.text(HEARD) == "Guten Tag. Ja.\n"
    assert transcript.text(transcript.fold([LanguageFound("en", 0.0)], 1.0)) == "\n"


def with_logprobs() -> transcription.TranscriptionCall:
    return transcription.transcription(
        [("model", "gpt-4o-transcribe"), ("include[]", "logprobs")], has_file=True
    )


def test_the_space_before_the_text_has_no_log_probability():
    first, second = HEARD.segments
    tokens = [(b" ", -0.1), (b" Gut", -0.2), (b"en Tag.", -0.3)]
    spoken = replace(first, logprobs=tuple(TokenLogprob(*token) for token in tokens))
    last = replace(second, logprobs=(TokenLogprob(b" Ja.", -0.4),))
    answer = transcript.json(with_logprobs(), replace(HEARD, segments=(spoken, last)))
    logprobs = answer.logprobs or []
    assert [(one.token, one.logprob) for one in logprobs] == [
        ("Gut", -0.2),
        ("en Tag.", -0.3),
        (" Ja.", -0.4),
    ]
    assert bytes(byte for one in logprobs for byte in one.bytes).decode() == answer.text


def test_half_a_character_keeps_its_bytes():
    halves = (TokenLogprob(b" \xec\x95", -0.1), TokenLogprob(b"\x88", -0.2))
    segment = replace(HEARD.segments[0], text=" 안", logprobs=halves)
    delta = transcript.delta(with_logprobs(), segment, first=True)
    assert [one.bytes for one in delta.logprobs or ()] == [[0xEC, 0x95], [0x88]]
    assert [one.token for one in delta.logprobs or ()] == ["\ufffd", "\ufffd"]


@pytest.mark.parametrize(("probability", "codes"), [(0.9, ["de"]), (0.0, [])])
def test_gpt_transcribe_says_what_is_spoken_if_anything_is(probability: float, codes: list[str]):
    heard = replace(HEARD, language_probability=probability)
    languages = transcript.json(asked("gpt-transcribe"), heard).languages
    assert languages is not None
    assert [language.code for language in languages] == codes


def test_coverage_tells_speech_without_text():
    end = TranscriptionFinished(6.0, gaps=((3.0, 5.0),))
    heard = transcript.fold([*EVENTS[:-1], end], 8.47)
    body = transcript.verbose_json(asked(), heard).model_dump(exclude_unset=True)
    gaps = [{"start": 3.0, "end": 5.0}]
    assert body["x_coverage"] == {"audio": 8.47, "speech": 6.0, "decoded": 4.0, "gaps": gaps}
    assert transcript.coverage_header(heard) == ("audio=8.470, speech=6.000, decoded=4.000, gaps=1")


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"avg_logprob": -0.9}, ["low_confidence"]),
        ({"compression_ratio": 3.0}, ["loop"]),
        ({"no_speech_prob": 0.7, "avg_logprob": -0.8}, ["low_confidence", "no_speech"]),
    ],
)
def test_a_doubtful_segment_says_why(changes: dict[str, float], flags: list[str]):
    good, other = HEARD.segments
    bad = replace(good, **changes)
    body = transcript.verbose_json(asked(), replace(HEARD, segments=(bad, other)))
    first, second = body.model_dump(exclude_unset=True)["segments"]
    assert first["x_flags"] == flags
    assert "x_flags" not in second
