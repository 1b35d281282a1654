"""Frames: requests and events as bytes, msgpack of the domain's dataclasses, by cattrs.

Nothing here can make code run: a frame names one of the classes of its `Kind`, or an error class.
"""

from typing import Any, Generic, TypeVar, cast

import cattrs
import msgspec
from cattrs.strategies import configure_tagged_union

from dragoman.domain import errors
from dragoman.domain.chat import AnswerFormat
from dragoman.domain.conversation import AnyTool, Part
from dragoman.domain.engine import Kind

Request = TypeVar("Request")
Event = TypeVar("Event")

UNIONS = (Part, AnswerFormat, AnyTool)
"""The unions inside requests and events; an event itself is named in its frame."""


def _with_below(error: type[errors.ServiceError]) -> list[type[errors.ServiceError]]:
    return [error, *(kind for below in error.__subclasses__() for kind in _with_below(below))]


ERRORS = {error.__name__: error for error in _with_below(errors.ServiceError)}
"""Every error that may cross between the processes, by name."""


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    for union in UNIONS:
        configure_tagged_union(cast("type[Any]", union), converter)
    return converter


class FrameCodec(Generic[Request, Event]):
    """Packs and unpacks the frames of one `Kind`; a frame is `[class name, fields]`."""

    def __init__(self, kind: Kind[Request, Event]) -> None:
        self._kind = kind
        self._events = {event.__name__: event for event in kind.events}
        self._converter = _converter()

    def pack_request(self, request: Request) -> bytes:
        """Return a request as a frame, for `unpack_request`."""
        return msgspec.msgpack.encode(self._converter.unstructure(request, self._kind.request))

    def unpack_request(self, data: bytes) -> Request:
        """Return the request of a frame."""
        return self._converter.structure(msgspec.msgpack.decode(data), self._kind.request)

    def pack_event(self, event: Event) -> bytes:
        """Return one event as a frame."""
        return msgspec.msgpack.encode(
            [type(event).__name__, self._converter.unstructure(event, type(event))]
        )

    def pack_error(self, error: errors.ServiceError) -> bytes:
        """Return a failure as a frame; the other side raises it again."""
        return msgspec.msgpack.encode(
            [type(error).__name__, [error.message, error.param, error.code, error.retry_s]]
        )

    def unpack_event(self, data: bytes) -> Event:
        """Return the event of a frame.

        Raises:
            ServiceError: the frame holds one.
        """
        name, fields = msgspec.msgpack.decode(data)
        if name in ERRORS:
            message, param, code, retry_s = fields
            raise ERRORS[name](message, param=param, code=code, retry_s=retry_s)
        return self._converter.structure(fields, self._events[name])
