"""The errors of the service, in its own words.

* ServiceError
  - RequestInvalid      the caller can mend it
    - TooLarge          the caller sent more bytes than are taken
  - NotFound            the caller named a thing that is not here
    - ModelNotFound     ... a model
  - Forbidden           the caller's key does not reach so far
  - InUse               others are at work with the thing
  - Overloaded          the caller should come back later
  - EngineUnavailable   the engine cannot be started, or is starting again
    - ShuttingDown      ... nor is anything else: the server stops
  - EngineFailed        we broke
    - EngineDied        ... so badly that the engine's process is gone
  - StorageFailed       the disk is full or broken
"""


class ServiceError(Exception):
    """Base of every error that a route may turn into a response.

    `message` is shown to the caller; `param` is the path of the field at fault
    (`messages[0].role`) and `code` OpenAI's short name for the mistake, where there is one.
    `retry_s` is the number of seconds after which the same request may succeed, where it is known.
    """

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        retry_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code
        self.retry_s = retry_s


class RequestInvalid(ServiceError):
    """The request is malformed, or asks for something that no engine offers."""


class TooLarge(RequestInvalid):
    """The body is larger than the limit."""


class NotFound(ServiceError):
    """The named thing is not here."""


class ModelNotFound(NotFound):
    """The named model is not installed, or does another kind of work."""

    @classmethod
    def named(cls, name: str, advice: str | None = None) -> "ModelNotFound":
        """The error in OpenAI's words, then `advice`, where there is any."""
        words = f"The model `{name[:200]}` does not exist or you do not have access to it."
        return cls(f"{words} {advice}" if advice else words, code="model_not_found")


class Forbidden(ServiceError):
    """The caller is known, and may not do this."""


class InUse(ServiceError):
    """The named thing cannot be changed while others work with it."""


class Overloaded(ServiceError):
    """The queue is full."""


class EngineUnavailable(ServiceError):
    """The engine cannot be loaded, or died and is not back yet."""


class ShuttingDown(EngineUnavailable):
    """The server was told to stop, and the grace of its requests is over."""


class EngineFailed(ServiceError):
    """The engine raised, or its process died under this request."""


class EngineDied(EngineFailed):
    """The engine's process ended under this request, or cannot be reached any more."""


class StorageFailed(ServiceError):
    """Something that had to be kept could not be written, or not be read again."""
