"""Which upstream has read the beginning of a prompt before, and so has it in its cache.

An upstream's cache cannot be looked into from here. What is remembered is where beginnings were
sent, block by block, as the schedulers of llm-d and of SGLang do where engines report nothing.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from dragoman.engines.remote_openai.body import Body

BLOCK = 256
"""Bytes of a block: some 64 tokens. A beginning that is shorter costs little to read again."""
MAX_BLOCKS = 256
"""The blocks of one prompt that are looked at: where 64 KiB are alike, the rest is rarely not."""
MAX_REMEMBERED = 32_768
"""The blocks that are remembered: 8 MiB of prompts, some two million tokens."""
SHARE = 0.5
"""The least part of a prompt that makes it worth going where that part was read."""

Blocks = Sequence[bytes]
"""The digests of a prompt's blocks: each stands for all of the prompt up to its end."""


def blocks(body: Body) -> Blocks:
    """Return the blocks of the prompt in `body`, tools first, as models read them."""
    digests: list[bytes] = []
    held = digest = b""
    for piece in _pieces(body):
        # What lies beyond the last block that counts, of a picture for example, is not copied.
        held += piece[: BLOCK * (MAX_BLOCKS - len(digests))]
        whole = min(len(held) // BLOCK, MAX_BLOCKS - len(digests)) * BLOCK
        for start in range(0, whole, BLOCK):
            digest = blake2b(digest + held[start : start + BLOCK], digest_size=16).digest()
            digests.append(digest)
        if len(digests) == MAX_BLOCKS:
            break
        held = held[whole:]
    return digests


def _pieces(body: Body) -> Iterator[bytes]:
    if "prompt" in body:
        yield json.dumps(body["prompt"]).encode()
        return
    yield json.dumps(body.get("tools")).encode()
    for message in body["messages"]:
        yield json.dumps(message).encode()


class Prefixes:
    """The beginnings of prompts and the upstreams that have them; the oldest are forgotten first.

    An upstream is a bit of a number: upstream 0 is 1, upstream 1 is 2, upstream 2 is 4.
    """

    def __init__(self) -> None:
        self._holders: OrderedDict[bytes, int] = OrderedDict()

    def holders(self, prompt: Blocks, among: int) -> int:
        """Return which upstreams of `among` have the longest known beginning; 0: none has much."""
        longest = known = 0
        for number, block in enumerate(prompt, 1):
            there = self._holders.get(block, 0) & among
            if not there:
                break
            known, longest = there, number
        return known if longest >= SHARE * len(prompt) else 0

    def remember(self, prompt: Blocks, upstream: int) -> None:
        """Note that `upstream`, a bit, gets to read all of `prompt`."""
        for block in prompt:
            self._holders[block] = self._holders.pop(block, 0) | upstream
        while len(self._holders) > MAX_REMEMBERED:
            self._holders.popitem(last=False)
