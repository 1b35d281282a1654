import io

import pytest
from PIL import Image

from dragoman.domain.chat import CHAT, ChatEvent, ChatRequest
from dragoman.domain.conversation import ImagePart, Message, PixelsPart, TextPart
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.picture import PICTURE_CODEC
from dragoman.engines.codecs import load_picture
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import say
from dragoman.images.refusals import unreachable
from dragoman.serving.process.frames import FrameCodec
from dragoman.serving.threads import Hosted
from dragoman.skills import image_input
from dragoman.skills.image_input import ImageInput
from dragoman.skills.skilled_chat import SkilledChat
from fake_engines import Held


class Album:
    """Plain pictures, whose URLs are their colour and their size: `red/40x30`."""

    async def fetch(self, url: str) -> bytes:
        colour, _, size = url.partition("/")
        if not size:
            raise unreachable(url)
        file = io.BytesIO()
        width, _, height = size.partition("x")
        Image.new("RGB", (int(width), int(height)), colour).save(file, "PNG")
        return file.getvalue()


async def shown(*parts: TextPart | ImagePart, role: str = "user") -> list[Message]:
    """The messages that reach a model that sees."""
    chat = FakeChat(say("I see."))
    engines = Held({PICTURE_CODEC: {"codec": load_picture(EngineSpec("picture-codec", ""))}})
    skilled = SkilledChat(Hosted(chat), (ImageInput(engines, Album()),))
    messages = (Message("system" if role == "system" else "user", parts),)
    events: list[ChatEvent] = [event async for event in skilled.stream(ChatRequest(messages))]
    assert events
    assert engines.borrowed == 0
    (asked,) = chat.requests
    return list(asked.messages)


async def test_a_model_that_sees_gets_pixels_in_the_places_of_pictures() -> None:
    (message,) = await shown(
        TextPart("a"), ImagePart("red/4x3"), TextPart("b"), ImagePart("blue/3x5"), TextPart("c")
    )
    assert message.parts == (
        TextPart("a"),
        PixelsPart(4, 3, b"\xff\x00\x00" * 12),
        TextPart("b"),
        PixelsPart(3, 5, b"\x00\x00\xff" * 15),
        TextPart("c"),
    )


@pytest.mark.parametrize(("detail", "side"), image_input.SIDES.items())
async def test_detail_says_how_large_a_picture_is_shown(
    detail: image_input.Detail, side: int
) -> None:
    (message,) = await shown(ImagePart("red/3000x1500", detail))
    (picture,) = message.parts
    assert isinstance(picture, PixelsPart)
    assert (picture.width, picture.height) == (side, side // 2)
    assert len(picture.rgb) == side * side // 2 * 3


async def test_text_alone_is_passed_on() -> None:
    (message,) = await shown(TextPart("hello"))
    assert message.parts == (TextPart("hello"),)


async def test_a_picture_that_cannot_be_had_is_an_error() -> None:
    with pytest.raises(RequestInvalid) as raised:
        await shown(ImagePart("nowhere"))
    assert raised.value.code == "invalid_image_url"


async def test_the_rules_for_pictures_hold_for_models_that_see() -> None:
    with pytest.raises(RequestInvalid) as raised:
        await shown(ImagePart("red/4x3"), role="system")
    assert raised.value.param == "messages[0]"


async def test_pictures_that_are_too_large_together_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(image_input, "MOST_BYTES", 100)
    assert await shown(ImagePart("red/5x5"))
    with pytest.raises(RequestInvalid) as raised:
        await shown(ImagePart("red/5x5"), ImagePart("red/5x5"))
    assert raised.value.code == "too_many_images"


def test_pixels_reach_a_worker_process_unchanged() -> None:
    request = ChatRequest((Message("user", (TextPart("a"), PixelsPart(1, 2, b"\x00\xffabcd"))),))
    codec = FrameCodec(CHAT)
    assert codec.unpack_request(codec.pack_request(request)) == request
