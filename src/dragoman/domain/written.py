"""Written words: a word ends at a space, or where a script has none."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]"
)
"""Signs of scripts that put no spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, Japanese,
Chinese. Korean has spaces."""

_OPENING: Final = frozenset("「『（《〈【〔“‘([{¿¡$€£¥₩＄￥")
"""Signs that belong to what follows."""

_DASHES: Final = frozenset("—―…")
"""Signs after which another word begins, though there is no space."""


def parted(before: str, after: str) -> bool:
    """Whether a word may end between two neighbouring texts.

    `$1`, `,234` and `.56` are one word, so are `c` and `'est`; `今` and `天` are two.
    """
    if not before or not after:
        return False
    last, first = before[-1], after[0]
    if last.isspace() or first.isspace():
        return True
    if last in _DASHES or before.endswith(("--", "...")):
        return first.isalnum()
    if not (_UNSPACED.match(last) or _UNSPACED.match(first)):
        return False
    return last not in _OPENING and _begins(first)


def divided(text: str) -> Iterator[str]:
    """The words of `text`, which is one where a script has spaces."""
    begins = 0
    for at in range(1, len(text)):
        if parted(text[max(begins, at - 3) : at], text[at]):
            yield text[begins:at]
            begins = at
    if begins < len(text):
        yield text[begins:]


def _begins(sign: str) -> bool:
    """Whether a word can begin with it: no mark on the sign before, and nothing that closes."""
    category = unicodedata.category(sign)
    return category[0] in "LN" or sign in _OPENING or category == "So"
