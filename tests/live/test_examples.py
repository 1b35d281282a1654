"""The eighteen examples, on a real server with real weights: not whether, but what they answer."""

import base64
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import av
import jsonschema
import pytest
from openai import OpenAI

from transcripts import words

pytestmark = [
    pytest.mark.model,
    # The client warns that speech translation leaves OpenAI: that is why Dragoman keeps it.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

Example = Callable[[str], ModuleType]

DATA = Path(__file__).parents[2] / "examples" / "data"
OTTER = DATA / "otter.png"
GREETING = DATA / "speech.mp3"
"""Says "안녕하세요. 반갑습니다."."""


def duration_s(path: Path) -> float:
    with av.open(path) as container:
        assert container.duration is not None
        return container.duration / 1_000_000


@pytest.fixture(scope="module")
def spoken(client: OpenAI, example: Example, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Example 2's file: our own Korean greeting."""
    return example("02").main(client, tmp_path_factory.mktemp("speech"))


def test_01_six_voices_say_the_sentence_each_in_its_own_way(
    client: OpenAI, example: Example, tmp_path: Path
):
    files = example("01").main(client, tmp_path)
    assert len({path.read_bytes() for path in files}) == 6
    for path in files:
        assert path.read_bytes()[:3] == b"ID3" or path.read_bytes()[0] == 0xFF
        assert 2 < duration_s(path) < 6
    heard = words(example("03").main(client, files[0]))
    assert heard == ["the", "quick", "brown", "fox", "jumped", "over", "the", "lazy", "dog"]


def test_02_korean_is_spoken_as_korean(client: OpenAI, example: Example, spoken: Path):
    assert words(example("03").main(client, spoken)) == ["안녕하세요", "반갑습니다"]


def test_03_the_transcript_says_what_was_spoken(client: OpenAI, example: Example):
    assert words(example("03").main(client, GREETING)) == ["안녕하세요", "반갑습니다"]


def test_04_words_and_segments_are_in_order_and_inside_the_audio(client: OpenAI, example: Example):
    with_words, with_segments = example("04").main(client, GREETING)
    assert with_words.language == "korean"
    assert with_words.segments is None
    assert with_words.duration == pytest.approx(duration_s(GREETING), abs=0.2)
    times = [(word.start, word.end) for word in with_words.words]
    assert len(times) >= 2
    assert all(0 <= start <= end <= with_words.duration for start, end in times)
    assert all(a[1] <= b[0] for a, b in pairwise(times))
    assert with_segments.words is None
    assert words("".join(s.text for s in with_segments.segments)) == words(with_segments.text)
    assert all(0 <= s.start < s.end <= with_segments.duration for s in with_segments.segments)


@pytest.mark.parametrize("file", ["greeting", "spoken"])
def test_05_the_translation_is_english_and_about_a_greeting(
    client: OpenAI, example: Example, file: str, request: pytest.FixtureRequest
):
    recording = GREETING if file == "greeting" else request.getfixturevalue("spoken")
    text = example("05").main(client, recording)
    assert text.isascii()
    assert re.search(r"hello|hi\b|good (morning|day)", text, re.IGNORECASE)
    assert re.search(r"(nice|glad|pleased|pleasure|good|happy) to (meet|see)", text, re.IGNORECASE)


def test_06_a_question_gets_an_answer(client: OpenAI, example: Example):
    completion = example("06").main(client)
    assert re.search(r"hello|hi\b", completion.choices[0].message.content, re.IGNORECASE)
    assert completion.choices[0].finish_reason == "stop"
    assert completion.model == "gpt-3.5-turbo-0613"


def test_07_the_name_is_remembered(client: OpenAI, example: Example):
    assert "Hong Gildong" in example("07").main(client)


def test_08_the_system_role_translates(client: OpenAI, example: Example):
    answer = words(example("08").main(client))
    assert "hello" in answer
    assert {"nice", "glad", "pleased"} & set(answer)


def test_09_three_answers_differ_and_are_korean(client: OpenAI, example: Example):
    choices = example("09").main(client).choices
    answers = [choice.message.content for choice in choices]
    assert [choice.index for choice in choices] == [0, 1, 2]
    assert len(set(answers)) == 3
    for answer in answers:
        letters = re.findall(r"[^\W\d_]", answer)
        assert len(re.findall(r"[가-힣]", answer)) > 0.6 * len(letters), answer


def test_10_usage_counts_every_choice_and_the_prompt_once(client: OpenAI, example: Example):
    one, three = (example("10").main(client, choices) for choices in (1, 3))
    assert three["prompt_tokens"] == one["prompt_tokens"]
    assert three["completion_tokens"] == 3 * one["completion_tokens"] == 60
    assert three["total_tokens"] == three["prompt_tokens"] + three["completion_tokens"]


def test_11_a_picture_by_url_is_named_in_korean(client: OpenAI, example: Example, picture_url: str):
    answer = example("11").main(client, f"{picture_url}/otter.png")
    assert "수달" in answer


def test_12_a_picture_with_a_wrong_label_is_named(client: OpenAI, example: Example):
    assert "otter" in example("12").main(client, OTTER).lower()


def test_13_two_pictures_are_told_apart(
    client: OpenAI, example: Example, base_url: str, picture_url: str
):
    plain = example("13").with_plain_http(base_url, data_url(OTTER), data_url(red_square()))
    asked = example("13").with_client(client, f"{picture_url}/otter.png", data_url(red_square()))
    for answer in (plain, asked):
        assert "otter" in answer.lower()
        assert re.search(r"red|differ", answer, re.IGNORECASE)


def test_14_the_pieces_join_to_the_whole(client: OpenAI, example: Example):
    pieces = list(example("14").main(client))
    assert len([piece for piece in pieces if piece]) > 10
    assert re.search(r"sea|ocean|water|wave", "".join(pieces), re.IGNORECASE)


def test_15_the_function_is_called_with_arguments_of_its_schema(client: OpenAI, example: Example):
    module = example("15")
    choice = module.main(client).choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content is None
    (call,) = choice.message.tool_calls
    assert call.function.name == "get_current_weather"
    arguments = json.loads(call.function.arguments)
    jsonschema.validate(arguments, module.WEATHER["function"]["parameters"])
    assert "Boston" in arguments["location"]


def test_16_log_probabilities_are_negative_and_sorted(client: OpenAI, example: Example):
    choice = example("16").main(client).choices[0]
    tokens = choice.logprobs.content
    joined = b"".join(bytes(token.bytes) for token in tokens).decode()
    assert joined == choice.message.content
    for token in tokens:
        top = [other.logprob for other in token.top_logprobs]
        assert len(top) == 2
        assert top == sorted(top, reverse=True)
        assert max(*top, token.logprob) <= 0


def test_17_json_mode_parses_for_each_model(client: OpenAI, example: Example):
    answers: dict[str, object] = example("17").main(client)
    assert set(answers) == {"gpt-3.5-turbo-0125", "gpt-4-turbo-preview"}
    for answer in answers.values():
        assert isinstance(answer, dict)
        assert answer != {}


def test_18_the_objects_are_what_the_client_expects(client: OpenAI, example: Example):
    objects = example("18").main(client, GREETING)
    assert set(objects) == {
        "ChatCompletion",
        "ChatCompletionChunk",
        "Transcription",
        "TranscriptionVerbose",
    }
    assert objects["ChatCompletion"]["object"] == "chat.completion"
    assert objects["ChatCompletionChunk"]["choices"][0]["delta"]["role"] == "assistant"
    assert objects["TranscriptionVerbose"]["language"] == "korean"
    assert objects["TranscriptionVerbose"]["segments"]


def data_url(picture: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode()


def red_square() -> Path:
    """A plain picture, as different from an otter as can be."""
    return DATA / "red.png"
