"""The field `prediction`: text that the caller expects in the answer."""

from dataclasses import replace

from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import TextPart
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.parts import texts
from dragoman.wire.fields import Fields, Json, enum


def read_prediction(fields: Fields) -> str | None:
    """Read the predicted text, if there is any."""
    return fields.optional("prediction", _prediction)


def with_prediction(request: ChatRequest, predicted: str | None) -> ChatRequest:
    """Add the predicted text to the request.

    Raises:
        RequestInvalid: the request has a field that OpenAI does not take beside it.
    """
    if predicted is None:
        return request
    sampling = request.sampling
    beside = {
        "n": request.choices > 1,
        "logprobs": request.top_logprobs is not None,
        "tools": bool(request.tools),
        "audio": request.spoken is not None,
        "presence_penalty": (sampling.presence_penalty or 0) > 0,
        "frequency_penalty": (sampling.frequency_penalty or 0) > 0,
    }
    if name := next((name for name, there in beside.items() if there), None):
        raise RequestInvalid(
            f"Invalid parameter: '{name}' is not supported when 'prediction' is used.",
            param=name,
            code="invalid_parameter_combination",
        )
    return replace(request, prediction=predicted)


def _prediction(value: Json, path: str) -> str:
    fields = Fields(value, path)
    fields.only("type", "content")
    fields.required("type", enum("content"))
    parts = fields.required("content", texts)
    return "".join(part.text for part in parts if isinstance(part, TextPart))
