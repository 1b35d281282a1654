"""OpenAI's error envelope: always four keys, null where there is nothing to say."""

from pydantic import BaseModel, ConfigDict

INVALID_REQUEST = "invalid_request_error"
SERVER_ERROR = "server_error"


class ErrorBody(BaseModel):
    """What went wrong; `param` is the path of the field at fault."""

    model_config = ConfigDict(frozen=True)

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ErrorEnvelope(BaseModel):
    """The whole body of a failed request, and the event that ends a failed stream."""

    model_config = ConfigDict(frozen=True)

    error: ErrorBody


def envelope(
    message: str, kind: str = INVALID_REQUEST, param: str | None = None, code: str | None = None
) -> ErrorEnvelope:
    """Build an envelope; `kind` is its `type`."""
    return ErrorEnvelope(error=ErrorBody(message=message, type=kind, param=param, code=code))
