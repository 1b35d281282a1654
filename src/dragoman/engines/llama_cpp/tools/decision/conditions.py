"""Whether a number that came back meets the condition that the user sets.

"Only if it's less than 10, order 20 more": a small model that was told 34 orders. Comparing is
arithmetic, where the request sets one limit and one number came back to be held against it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from operator import ge, gt, le, lt
from typing import TypeAlias

from dragoman.domain.conversation import Message
from dragoman.engines.llama_cpp.json_values import leaves, loaded
from dragoman.engines.llama_cpp.tools.grounding.checks import is_name_of_identifier
from dragoman.engines.llama_cpp.tools.grounding.wording import normal

Comparison: TypeAlias = Callable[[float, float], bool]

LONGEST_REQUEST, LONGEST_RESULT = 2_000, 20_000
"""Characters that are read."""
DEEPEST = 3
"""Levels of a result."""
_COMPARISONS: Mapping[str, Comparison] = {
    "less": lt,
    "fewer": lt,
    "lower": lt,
    "smaller": lt,
    "under": lt,
    "below": lt,
    "cheaper": lt,
    "more": gt,
    "greater": gt,
    "higher": gt,
    "larger": gt,
    "over": gt,
    "above": gt,
    "at least": ge,
    "at most": le,
    "미만": lt,
    "보다 적": lt,
    "보다 작": lt,
    "보다 낮": lt,
    "이하": le,
    "이상": ge,
    "초과": gt,
    "보다 많": gt,
    "보다 크": gt,
    "보다 높": gt,
    "넘": gt,
}
_NUMBER = r"(?<![\d.,])((?:\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(?:\.\d{1,6})?)(?!\d)"
_LIMIT = (
    r"\b(less|fewer|lower|smaller|under|below|cheaper|more|greater|higher|larger|over|above"
    rf"|at least|at most)(?:\s+than)?\s+[^\w\n]?{_NUMBER}"
)
_ENGLISH = re.compile(rf"\b(?:if|when|in case|provided)\b[^.!?\n]{{0,60}}?{_LIMIT}")
_ANY_LIMIT = re.compile(_LIMIT)
_KOREAN = re.compile(
    rf"{_NUMBER}\s*[^\W\d_]{{0,4}}?\s*(미만|이하|이상|초과|보다 (?:적|작|낮|많|크|높)|넘)"
    r"(?:으면|면|이면|일 ?때|인 경우|일 경우|은 경우)"
)
_MORE = re.compile(
    r"\b(?:otherwise|else|unless|if not|if so|if yes|and if|or if|then again)\b"
    r"|아니면|그렇지 않|아닐 경우"
)
"""Words with which something else is to be done, too, or the condition is another one."""


_CLAUSE = re.compile(
    r"(?<!check )(?<!checks )(?<!see )(?<!know )(?<!ask )(?<!wonder )(?<!tell me )(?<!find out )"
    r"(?<!say )(?<!sure )(?<!verify )(?<!determine )(?<!even )(?<!as )(?<!what )(?<!test )"
    r"\bif (?!possible|necessary|needed|need be|so\b|not\b|any\b|yes\b|no\b|that['’]?s (?:ok|fine)"
    r"|you (?:can|could|like|want|wish|need|have|please|think|don['’]t mind)\b|i\b|we\b)"
    r"|\b(?:unless|provided that|as long as|only when|in case)\b|\b(?:falls|sofern|wenn) "
    r"|[으하이다오되나않크비지]면(?=[\s,])"
)
_NO_CLAUSE = re.compile(
    r"(?:가능하|괜찮으|필요하|어떻게 하|좋겠으|원하|되)면|\b(?:saying|says|that) if\b"
)


def is_set(request: str) -> bool:
    """Whether a request may have something done under a condition that must be looked up."""
    text = normal(request[:LONGEST_REQUEST])
    return bool(_CLAUSE.search(_NO_CLAUSE.sub(" ", text)))


def outcome(messages: Sequence[Message]) -> bool | None:
    """Whether the last result, one number, meets the one condition that the request sets on it.

    None: there are not just one condition on a number and one number.
    """
    spoken = [message.text for message in messages if message.role == "user"]
    if not spoken or messages[-1].role != "tool" or len(spoken[-1]) > LONGEST_REQUEST:
        return None
    limits = list(_limits(spoken[-1]))
    numbers = _numbers(messages[-1].text) if len(limits) == 1 else []
    return limits[0][0](numbers[0], limits[0][1]) if len(numbers) == 1 else None


def _limits(request: str) -> Sequence[tuple[Comparison, float]]:
    """The limits that a request sets, each with how a number is held against it."""
    text = normal(request)
    if _MORE.search(text) or len(_ANY_LIMIT.findall(text)) > 1:
        return []
    english = [match.groups() for match in _ENGLISH.finditer(text)]
    korean = [match.groups()[::-1] for match in _KOREAN.finditer(text)]
    return [
        (_COMPARISONS[word], float(number.replace(",", ""))) for word, number in english + korean
    ]


def _numbers(result: str) -> list[float]:
    """The numbers of a result of JSON that identify nothing; of other text, its only ones."""
    if len(result) > LONGEST_RESULT:
        return []
    value = loaded(result)
    if value is None or isinstance(value, str):
        return [float(each.replace(",", "")) for each in re.findall(_NUMBER, result)]
    return [
        float(each)
        for path, each in leaves((), value, DEEPEST)
        if not isinstance(each, str) and not (path and is_name_of_identifier(path[-1]))
    ]
