"""What is kept of responses, and how it is asked for."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.responses import compaction, kept


@pytest.mark.parametrize("read", [kept.read_retrieval, kept.read_include])
def test_a_query_that_nobody_knows_is_refused_by_name(
    read: Callable[[Iterable[tuple[str, str]]], Any],
) -> None:
    with pytest.raises(RequestInvalid) as caught:
        read([("nope", "1")])
    assert (caught.value.param, caught.value.code) == ("nope", "unknown_parameter")


def test_a_place_in_a_stream_is_for_streams() -> None:
    with pytest.raises(RequestInvalid, match="only allowed when 'stream' is enabled") as caught:
        kept.read_retrieval([("starting_after", "3")])
    assert caught.value.param == "starting_after"
    assert kept.read_retrieval([("starting_after", "3"), ("stream", "true")]).starting_after == 3


def test_what_is_included_is_one_of_the_api() -> None:
    kept.read_include(
        [("include", "reasoning.encrypted_content"), ("include[]", kept.INCLUDABLE[0])]
    )
    with pytest.raises(RequestInvalid):
        kept.read_include([("include", "everything")])


def test_a_picture_is_stored_with_the_detail_that_it_has_by_default() -> None:
    parts: Any = [{"type": "input_image", "image_url": "data:,"}]
    (item,) = kept.with_ids([{"role": "user", "content": parts}], "resp_1")
    assert item["content"] == [{**parts[0], "detail": "auto"}]


@pytest.mark.parametrize("content", ["dragoman:abc", "dragoman:_w==", "dragoman:é", "gAAAA"])
def test_a_compaction_of_another_server_is_refused_by_its_place(content: str) -> None:
    with pytest.raises(RequestInvalid, match="only a compaction that this server made") as caught:
        compaction.opened(content, "input[0]")
    assert (caught.value.param, caught.value.code) == ("input[0]", "invalid_value")
    assert compaction.opened(compaction.sealed("소식"), "input[0]") == "소식"
