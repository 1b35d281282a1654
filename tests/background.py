"""Responses in the background, as tests begin them and wait for them."""

import anyio
import anyio.lowlevel
from openai import AsyncOpenAI
from openai.types.responses import Response

from clients import MODEL


async def begun(client: AsyncOpenAI) -> Response:
    """A response that is made while nobody waits."""
    return await client.responses.create(model=MODEL, input="x", background=True)


async def reached(client: AsyncOpenAI, name: str, *statuses: str) -> Response:
    """The response, asked for until it is so far."""
    with anyio.fail_after(20):
        while (found := await client.responses.retrieve(name)).status not in statuses:
            await anyio.lowlevel.checkpoint()
    return found
