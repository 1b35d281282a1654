from collections.abc import Sequence
from contextlib import aclosing

import pytest

from dragoman.domain.diarisation import DIARISATION, DiarisationRequest, Turn, Turns
from dragoman.domain.engine import Outlet
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import (
    KnownSpeaker,
    LanguageFound,
    Recording,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
    Word,
)
from dragoman.serving.threads import Hosted
from dragoman.skills.speaker_attribution import SpeakerAttribution, attributed
from fake_engines import Held

RECORDING = Recording("nowhere", 160_000)
KNOWN = KnownSpeaker("Kim", Recording("there", 32_000))
ASKED = TranscriptionRequest(RECORDING, diarised=True, known_speakers=(KNOWN,))
TURNS = (Turn(0.0, 2.0, "A"), Turn(2.0, 4.0, "B"))


def segment(*words: Word, text: str = "") -> Segment:
    said = text or "".join(f" {word.text}" for word in words)
    return Segment(
        0, 0, words[0].start_s, words[-1].end_s, said, (7, 8), 0.0, -0.1, 1.0, 0.0, words
    )


def words(text: str, start_s: float = 0.0, each_s: float = 0.5) -> list[Word]:
    """Words of the same length, one after another."""
    return [
        Word(word, start_s + number * each_s, start_s + (number + 1) * each_s, 0.9)
        for number, word in enumerate(text.split())
    ]


def said(found: Sequence[Segment]) -> list[tuple[str | None, str]]:
    return [(each.speaker, each.text) for each in found]


def test_a_segment_of_two_speakers_becomes_two() -> None:
    whole = segment(*words("one two three four. five six seven eight."))
    first, second = attributed(whole, TURNS)
    assert said([first, second]) == [("A", " one two three four."), ("B", " five six seven eight.")]
    assert (first.start_s, first.end_s, second.start_s, second.end_s) == (0.0, 2.0, 2.0, 4.0)
    assert (first.tokens, second.tokens) == ((7, 8), ())


def test_a_segment_of_one_speaker_stays_as_it_is() -> None:
    whole = segment(*words("one two three four."))
    (found,) = attributed(whole, TURNS)
    assert (found.speaker, found.words, found.tokens) == ("A", whole.words, (7, 8))


def test_text_without_spaces_is_cut_between_its_words() -> None:
    parts = [Word("你好", 1.0, 1.9, 0.9), Word("。", 1.9, 2.0, 0.9), Word("谢谢", 2.1, 3.0, 0.9)]
    assert said(attributed(segment(*parts, text="你好。谢谢!"), TURNS)) == [
        ("A", "你好。"),
        ("B", "谢谢!"),
    ]


def test_no_sign_of_the_text_is_lost_where_a_word_is_not_found_in_it() -> None:
    found = attributed(segment(*words("a b c d e f g h"), text=" a b X… d e f g h?"), TURNS)
    assert "".join(each.text for each in found) == " a b X… d e f g h?"
    assert [each.speaker for each in found] == ["A", "B"]


def test_words_where_nobody_is_heard_are_the_nearest_speaker_s() -> None:
    assert said(attributed(segment(*words("late", 5.0)), TURNS)) == [("B", " late")]


def test_where_nobody_is_heard_at_all_it_is_somebody() -> None:
    assert said(attributed(segment(*words("hello")), ())) == [("A", " hello")]


def test_a_segment_without_words_is_whose_it_mostly_is() -> None:
    whole = Segment(0, 0, 1.5, 4.0, " Ja.", (3,), 0.0, -0.1, 1.0, 0.0)
    assert said(attributed(whole, TURNS)) == [("B", " Ja.")]


@pytest.mark.parametrize(
    ("text", "turns", "wanted"),
    [
        # The last word of a sentence, heard a little late.
        (
            "we are done. and now me then",
            (Turn(0.0, 0.95, "A"), Turn(0.95, 4.0, "B")),
            ["we are done.", "and now me then"],
        ),
        # The first word of a sentence, heard a little early.
        (
            "we are done. and now me then",
            (Turn(0.0, 1.9, "A"), Turn(1.9, 4.0, "B")),
            ["we are done.", "and now me then"],
        ),
        # A word in the middle of somebody's sentence.
        (
            "we are quite done now",
            (Turn(0.0, 1.0, "A"), Turn(1.0, 1.5, "B"), Turn(1.5, 4.0, "A")),
            ["we are quite done now"],
        ),
        # An answer of one word is an answer.
        (
            "are you? Yes. good then",
            (Turn(0.0, 1.0, "A"), Turn(1.0, 1.5, "B"), Turn(1.5, 4.0, "A")),
            ["are you?", "Yes.", "good then"],
        ),
        # Somebody is interrupted.
        (
            "we are not but you must",
            (Turn(0.0, 1.5, "A"), Turn(1.5, 4.0, "B")),
            ["we are not", "but you must"],
        ),
    ],
)
def test_changes_of_speaker_are_at_the_ends_of_sentences_if_they_are_near(
    text: str, turns: tuple[Turn, ...], wanted: list[str]
) -> None:
    found = attributed(segment(*words(text)), turns)
    assert [each.text.strip() for each in found] == wanted


class Ears:
    concurrency = 1

    def __init__(self) -> None:
        self.requests: list[TranscriptionRequest] = []

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        self.requests.append(request)
        outlet.emit(LanguageFound("en", 0.9))
        outlet.emit(segment(*words("one two three four. five six.")))
        outlet.emit(segment(*words("seven eight.", 3.0)))
        outlet.emit(TranscriptionFinished(4.0))

    def close(self) -> None:
        pass


class TwoSpeakers:
    concurrency = 1

    def __init__(self) -> None:
        self.requests: list[DiarisationRequest] = []

    def run(self, request: DiarisationRequest, outlet: Outlet[Turns]) -> None:
        self.requests.append(request)
        outlet.emit(Turns(TURNS))

    def close(self) -> None:
        pass


async def heard(
    request: TranscriptionRequest, ears: Ears, other: TwoSpeakers | None
) -> list[TranscriptionEvent]:
    engines = Held({DIARISATION: {"speakers": other}} if other else {})
    async with aclosing(SpeakerAttribution(Hosted(ears), engines).stream(request)) as events:
        found = [event async for event in events]
    assert engines.borrowed == 0
    return found


async def test_segments_are_numbered_anew_and_the_other_events_pass() -> None:
    ears, other = Ears(), TwoSpeakers()
    first, *segments, last = await heard(ASKED, ears, other)
    assert first == LanguageFound("en", 0.9)
    assert last == TranscriptionFinished(4.0)
    told = [each for each in segments if isinstance(each, Segment)]
    assert [(each.index, each.speaker) for each in told] == [(0, "A"), (1, "B"), (2, "B")]
    assert other.requests == [DiarisationRequest(RECORDING, (KNOWN,))]
    assert ears.requests == [TranscriptionRequest(RECORDING, words=True)]


async def test_a_transcription_without_speakers_is_none_of_its_business() -> None:
    ears, other = Ears(), TwoSpeakers()
    plain = TranscriptionRequest(RECORDING)
    events = await heard(plain, ears, other)
    assert {each.speaker for each in events if isinstance(each, Segment)} == {None}
    assert (ears.requests, other.requests) == ([plain], [])


async def test_without_the_model_it_is_said_how_to_get_it() -> None:
    ears = Ears()
    with pytest.raises(RequestInvalid, match="models pull speakers") as caught:
        await heard(ASKED, ears, None)
    assert (caught.value.param, caught.value.code) == ("model", "unsupported_value")
    assert ears.requests == []
