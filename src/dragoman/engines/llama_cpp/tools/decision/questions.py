"""Short questions about a request, each with examples before it: what tells whether to call.

Small models that were hardly trained to call answer such questions much better than their own first
token does. The examples of a question are always the same, so that they are read once and then come
from the cache; what is read for a request is the request and the list of its functions, clipped.
"""

from collections.abc import Iterable, Sequence

from dragoman.engines.llama_cpp.prompt.rendering import TrustedText, Turn, UntrustedText
from dragoman.engines.llama_cpp.tools.decision import condition_examples, examples, later_examples


def kind(request: str) -> list[Turn]:
    """Whether a request needs text, something looked up, or something done."""
    return _question(examples.KIND, examples.KINDS, request)


def name(functions: Sequence[str], request: str) -> list[Turn]:
    """Which of `functions` a request needs, or none."""
    known = ((_case(listed, example), answer) for listed, example, answer in examples.NAMES)
    return _question(examples.NAME, known, _case(functions, request))


def fit(function: str, request: str) -> list[Turn]:
    """Whether one function gives what a request needs; its line names its parameters."""
    known = ((_case((one,), example), answer) for one, example, answer in examples.FITS)
    return _question(examples.FIT, known, _case((function,), request))


def first(functions: Sequence[str], request: str) -> list[Turn]:
    """Which of `functions` must be called first; a function's line names its parameters."""
    known = ((_case(listed, example), answer) for listed, example, answer in examples.FIRSTS)
    return _question(examples.FIRST, known, _case(functions, request))


def further(request: str, calls: Sequence[str]) -> list[Turn]:
    """Whether another call can be made at once beside `calls`, which have no results yet."""
    known = ((_after(example, made), answer) for example, made, answer in later_examples.FURTHERS)
    return _question(later_examples.FURTHER, known, _after(request, calls))


def met(request: str, steps: Sequence[str]) -> list[Turn]:
    """Whether `steps` meet the condition under which a request has something done."""
    known = ((_after(asked, made), answer) for asked, made, answer in condition_examples.METS)
    return _question(condition_examples.MET, known, _after(request, steps))


def following(functions: Sequence[str], request: str, steps: Sequence[str]) -> list[Turn]:
    """Which of `functions` is to be called after `steps`, or none any more."""
    known = (
        (_case(listed, example, taken), answer)
        for listed, example, taken, answer in later_examples.NEXTS
    )
    return _question(later_examples.NEXT, known, _case(functions, request, steps))


def unknown(name: str, missing: Sequence[str]) -> str:
    """A step that could not be taken, because a value for it is not known yet."""
    return f"{name}: not possible yet, {', '.join(missing)} unknown"


def state(request: str, steps: Sequence[str]) -> list[Turn]:
    """Whether more is to be called for a request after `steps`."""
    known = ((_after(example, taken), answer) for example, taken, answer in later_examples.STATES)
    return _question(later_examples.STATE, known, _after(request, steps))


def _question(instruction: str, known: Iterable[tuple[str, str]], asked: str) -> list[Turn]:
    turns = [Turn("system", (TrustedText(instruction),))]
    for example, answer in known:
        turns += [Turn("user", (TrustedText(example),)), Turn("assistant", (TrustedText(answer),))]
    return [*turns, Turn("user", (UntrustedText(asked),))]


def _after(request: str, steps: Sequence[str]) -> str:
    return "\n".join([request, "Called:", *(f"- {step}" for step in steps)])


def _case(functions: Sequence[str], request: str, steps: Sequence[str] = ()) -> str:
    listed = "\n".join(f"- {function}" for function in functions)
    called = "\n".join(f"- {step}" for step in steps)
    end = f"\n\nCalled:\n{called}\n\nNext?" if steps else ""
    return f"Functions:\n{listed}\n\n{request}{end}"
