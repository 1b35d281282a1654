"""Multipart forms, read more strictly than the framework does, and file names more widely."""

import re
from collections.abc import AsyncGenerator

from starlette.datastructures import FormData, Headers
from starlette.formparsers import MultiPartException, MultiPartParser
from typing_extensions import override

EXTENDED_NAME = re.compile(rb";\s*filename\*\s*=\s*[\w-]+'[\w-]*'(?P<name>[\w.!#$&+^`|~%-]*)", re.I)
"""`filename*=UTF-8''%ED%95%9C.wav`. Source: RFC 5987; RFC 7578 forbids it in forms, yet urllib3
before 2.0, and so much of Python, writes every name beyond ASCII in this way.
"""
PLAIN_NAME = re.compile(rb";\s*filename\s*=", re.I)


class FormParser(MultiPartParser):
    """A form of at most `max_files` files; a text field holds at most `max_part_size` bytes."""

    def __init__(
        self,
        headers: Headers,
        stream: AsyncGenerator[bytes, None],
        max_files: int,
        max_part_size: int,
    ) -> None:
        super().__init__(headers, stream, max_files=max_files, max_part_size=max_part_size)
        self._ended = False

    @override
    def on_headers_finished(self) -> None:
        """A part with a name in the extended notation is a file, too."""
        disposition = self._current_part.content_disposition or b""
        extended = EXTENDED_NAME.search(disposition)
        if extended and not PLAIN_NAME.search(disposition):
            name = b'; filename="%s"' % extended["name"]
            self._current_part.content_disposition = disposition + name
        super().on_headers_finished()

    @override
    def on_end(self) -> None:
        """The last boundary was read."""
        self._ended = True

    @override
    async def parse(self) -> FormData:
        """The whole form.

        Raises:
            MultiPartException: it is none, or breaks off: what came last would be lost unseen.
        """
        form = await super().parse()
        if not self._ended:
            await form.close()
            raise MultiPartException("It breaks off before its last boundary.")
        return form
