"""The chat template, filled in without llama.cpp's server."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.llama_cpp.gguf import Head, Vocabulary, read
from dragoman.engines.llama_cpp.prompt.chat_template import template

HEAD = Head("small", 512, Vocabulary(3, {}, 2, start=1, tokens=("a", "<s>", "</s>")), "0")
HELLO = [{"role": "user", "content": "Hello"}]


def test_a_file_without_a_template_is_written_in_chatml() -> None:
    assert template(HEAD)(HELLO) == ("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n")


def test_a_template_has_what_templates_of_the_hub_use() -> None:
    text = (
        "{%- for message in messages %}\n"
        "    {%- if loop.index > 9 %}{% break %}{% endif %}\n"
        "    {{- message['content'] | tojson }} {{ strftime_now('%Y')[:2] }}{{ eos_token }}\n"
        "{%- endfor %}"
    )
    assert template(replace(HEAD, template=text))([{"role": "user", "content": 'ö"'}]) == (
        '"ö\\"" 20</s>'
    )


@pytest.mark.parametrize("starts", [True, False])
def test_the_start_of_a_text_is_left_to_the_tokenizer_where_that_puts_it(*, starts: bool) -> None:
    vocabulary = replace(HEAD.vocabulary, starts=starts)
    written = template(replace(HEAD, vocabulary=vocabulary, template="{{ bos_token }}Hello"))
    assert written(HELLO) == ("Hello" if starts else "<s>Hello")


@pytest.mark.parametrize(
    "text",
    [
        "{% for",
        "{{ raise_exception('roles must alternate') }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
    ],
)
def test_a_template_that_is_broken_or_reaches_out_is_refused(text: str) -> None:
    with pytest.raises(EngineUnavailable, match="the chat template of small"):
        template(replace(HEAD, template=text))(HELLO)


@pytest.mark.model
def test_a_real_template_is_filled_in_as_chatml(weights: Callable[[str], Path]) -> None:
    (path,) = weights("smollm2-135m-instruct").glob("*.gguf")
    written = template(read(path))(HELLO)
    assert written.endswith("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n")
