"""Instructor: one Pydantic model, asked for in each of its modes that the chat endpoint carries."""

import instructor
import openai
from asked import GREETING, MODEL, NO_MODEL, STORY, Person, failure, report
from instructor import Mode
from instructor.core import InstructorRetryException
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

MODES = (Mode.TOOLS, Mode.JSON_SCHEMA)


def asking(text: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": text}]


def person(client: OpenAI, mode: Mode) -> dict[str, object]:
    found = instructor.from_openai(client, mode=mode).chat.completions.create(
        model=MODEL, response_model=Person, max_retries=0, messages=asking(STORY)
    )
    return found.model_dump()


def partials(client: OpenAI) -> list[dict[str, object]]:
    """The document while it grows."""
    growing = instructor.from_openai(client, mode=Mode.TOOLS).chat.completions.create_partial(
        model=MODEL, response_model=Person, max_retries=0, messages=asking(STORY)
    )
    return [part.model_dump() for part in growing]


def error(client: OpenAI) -> dict[str, object]:
    try:
        instructor.from_openai(client).chat.completions.create(
            model=NO_MODEL, response_model=Person, max_retries=0, messages=asking(GREETING)
        )
    except InstructorRetryException as gave_up:
        refusal = gave_up.__cause__
        while refusal is not None and not isinstance(refusal, openai.NotFoundError):
            refusal = refusal.__cause__
        assert refusal is not None
        return {"error": failure(refusal, refusal.status_code)}
    raise AssertionError("a model that does not exist answered")


with OpenAI(max_retries=0) as client:
    documents = {mode.name: person(client, mode) for mode in MODES}
    grown = partials(client)
    report(
        {
            "document": documents["JSON_SCHEMA"],
            "document_by_tool": documents["TOOLS"],
            "streamed_document": grown[-1],
            "partials": len(grown),
        }
        | error(client)
    )
