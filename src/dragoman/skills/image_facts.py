"""Chat about pictures, for models that do not see: recognisers look, and say what is sure.

A question about the pictures is answered with sentences made from the facts, which say what they
cannot tell; whatever else is wanted by the chat model, from the same facts.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dragoman.domain.chat import ChatRequest, FreeText, Usage
from dragoman.domain.conversation import ImagePart, Message, TextPart
from dragoman.domain.engine import Engines, ask
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.picture import SIGHT, Facts, Fetcher, Picture
from dragoman.skills.pictures import fence
from dragoman.skills.pictures.loading import Detail, PictureLoader, check_pictures, pictures
from dragoman.skills.pictures.replies import SEEN_BY, Replies, Reply
from dragoman.skills.pictures.tokens import image_tokens
from dragoman.skills.preparation import Prepared, replaced

SIDES: dict[Detail, int] = {"low": 512, "auto": 2048, "high": 2048, "original": 2048}
"""The pixels of a picture's longer side that are looked at, by `detail`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture of the conversation, with the facts that were found in it."""

    facts: Facts
    tokens: int
    pixels: bytes
    """The hash of the pixels that were looked at."""


class ImageFacts:
    """See `Preparation`: facts take the places of pictures, or answer the question about them."""

    def __init__(self, engines: Engines, fetcher: Fetcher, replies: Replies) -> None:
        """`replies` is shared: reading its vocabulary costs more than a short answer."""
        self._engines = engines
        self._loader = PictureLoader(engines, fetcher, SIDES)
        self._replies = replies

    def needed(self, request: ChatRequest) -> bool:
        """See `Preparation.needed`."""
        return bool(pictures(request.messages))

    async def prepare(self, request: ChatRequest) -> Prepared:
        """See `Preparation.prepare`; the pictures' tokens are added to the prompt's.

        Raises:
            RequestInvalid: a picture cannot be had, or is none, or nobody here can see.
        """
        check_pictures(request)
        if not self._engines.has(SIGHT):
            raise RequestInvalid(
                "This model cannot see images, and no recognisers are installed.",
                param="messages",
                code="unsupported_image",
            )
        seen = await self._loader.each(pictures(request.messages), self._look)
        tokens = sum(each.tokens for each in seen)
        usage = Usage(prompt_tokens=tokens, completion_tokens=0, image_tokens=tokens)
        reply = self._reply(request, seen)
        if reply is not None:
            return Prepared(request, usage, SEEN_BY, reply.events(request))
        return Prepared(_in_words(request, seen), usage, SEEN_BY)

    def _reply(self, request: ChatRequest, seen: Sequence[Seen]) -> Reply | None:
        """An answer from the facts alone, if nothing in the request asks for more."""
        if not _plain(request) or request.messages[-1].role != "user":
            return None
        question = request.messages[-1].text
        shown, since = _latest(request.messages, seen)
        if not self._replies.follow(since, [each.facts for each in shown]):
            return None
        if len(shown) < 2 and self._replies.compares(question):
            shown = seen
        return self._replies.reply(
            [message.text for message in request.messages if message.role == "system"],
            question,
            [each.facts for each in shown],
            identical=len({each.pixels for each in shown}) == 1,
            others=[each.facts for each in seen],
        )

    async def _look(self, part: ImagePart, picture: Picture) -> Seen:
        facts = await ask(self._engines, SIGHT, picture)
        tokens = image_tokens(picture.original_width, picture.original_height, part.detail)
        return Seen(facts, tokens, _fingerprint(picture))


def _plain(request: ChatRequest) -> bool:
    """Whether the answer may be any text."""
    return (
        isinstance(request.format, FreeText)
        and not request.dry_run
        and request.top_logprobs is None
        and request.sampling.logit_bias is None
        and (not request.tools or request.tool_choice.mode == "none")
    )


def _latest(messages: Sequence[Message], seen: Sequence[Seen]) -> tuple[Sequence[Seen], list[str]]:
    """The pictures of the last message that has some, and what the user wrote after it."""
    at = max(number for number, message in enumerate(messages) if pictures([message]))
    shown = seen[len(pictures(messages[:at])) :]
    return shown, [message.text for message in messages[at + 1 :] if message.role == "user"]


def _in_words(request: ChatRequest, seen: Sequence[Seen]) -> ChatRequest:
    """The request with facts in the places of the pictures."""
    words = [
        TextPart(fence.fenced(number, each.facts)) for number, each in enumerate(seen, start=1)
    ]
    korean = _hangul(request.messages[-1].text)
    text = fence.INSTRUCTION + (fence.IN_KOREAN if korean else "")
    instruction = Message("system", (TextPart(text),))
    messages = replaced(request.messages, ImagePart, words)
    return replace(request, messages=(instruction, *messages))


def _hangul(text: str) -> bool:
    """Whether there is a syllable of Hangul in `text`."""
    return any("가" <= character <= "힣" for character in text)


def _fingerprint(picture: Picture) -> bytes:
    size = f"{picture.width}x{picture.height}".encode()
    return hashlib.sha256(size + picture.rgb).digest()
