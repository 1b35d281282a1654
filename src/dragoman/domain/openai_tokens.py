"""Whose tokens an id means: under OpenAI's names those of OpenAI, else the model's own."""

import re
from typing import Literal, TypeAlias

Encoding: TypeAlias = Literal["cl100k_base", "o200k_base"]
"""OpenAI's names for its vocabularies.

Source: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py
"""

_OLD = re.compile(r"gpt-4(?!\.|o)(-|$)|gpt-3\.5|davinci-002$|babbage-002$")
_NEW = re.compile(r"gpt-(4o|4\.\d|[5-9])|gpt-audio|chatgpt-|o[1-9](-|$)")


def encoding_of(model: str) -> Encoding | None:
    """The vocabulary that ids mean under the name `model`; None: the model's own."""
    if _OLD.match(model):
        return "cl100k_base"
    return "o200k_base" if _NEW.match(model) else None
