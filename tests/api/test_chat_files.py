"""Files in chat, through the official client and a fake model."""

import base64

import pytest
from openai import BadRequestError
from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam
from starlette.applications import Starlette

from clients import MODEL, Shelf, nothing_extra, openai_client
from dragoman.domain.chat import CHAT, ChatRequest
from dragoman.domain.document import DOCUMENT_CODEC
from dragoman.domain.engine import EngineSpec
from dragoman.engines.codecs import load_document
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Step, say
from dragoman.serving.app import create_app
from dragoman.serving.composition import SkilledEngines, skills
from dragoman.serving.settings import Settings
from fake_engines import Held
from pdfs import pdf


def echo(request: ChatRequest, _: int) -> list[Step]:
    return say(request.messages[-1].text)


def app() -> Starlette:
    codec = load_document(EngineSpec("document-codec", ""))
    engines = Held({CHAT: {MODEL: FakeChat(echo)}, DOCUMENT_CODEC: {"codec": codec}})
    return create_app(SkilledEngines(engines, skills(Settings())), Shelf())


def asking(name: str, data: str) -> list[ChatCompletionMessageParam]:
    file: ChatCompletionContentPartParam = {
        "type": "file",
        "file": {"filename": name, "file_data": data},
    }
    return [{"role": "user", "content": [{"type": "text", "text": "Sum up."}, file]}]


@pytest.mark.parametrize("head", ["data:application/pdf;base64,", ""])
async def test_a_pdf_is_read(head: str) -> None:
    data = head + base64.b64encode(pdf("Sales rose.", "Costs fell.")).decode()
    async with openai_client(app()) as client:
        answer = await client.chat.completions.create(
            model=MODEL, messages=asking("report.pdf", data)
        )
    assert nothing_extra(answer)
    assert answer.choices[0].message.content == (
        "Sum up.\n[File 1: report.pdf]\nSales rose.\n\nCosts fell.\n[End of file 1]\n"
    )


async def test_a_scan_is_told_to_hold_no_text() -> None:
    data = "data:application/pdf;base64," + base64.b64encode(pdf("")).decode()
    async with openai_client(app()) as client:
        with pytest.raises(BadRequestError, match=r"scan\.pdf") as caught:
            await client.chat.completions.create(
                model=MODEL, messages=asking("scan.pdf", data), stream=True
            )
    assert caught.value.param == "messages[0].content[1].file.file_data"
    assert caught.value.code == "no_text_found"
