"""How long an answer may be at most, as it is asked for."""

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.request import MOST_TOKENS, parse


def request(**fields: int) -> dict[str, object]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], **fields}


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_limit_beyond_every_model_is_refused_in_openais_words(name: str):
    assert parse(request(**{name: MOST_TOKENS})).request.max_tokens == MOST_TOKENS
    with pytest.raises(RequestInvalid, match=f"^{name} is too large: 10000000. This model") as bad:
        parse(request(**{name: 10**7}))
    assert (bad.value.param, bad.value.code) == (name, "invalid_value")
