"""The bytes of each of a model's tokens, and the token for given bytes."""

import re
import threading

from dragoman.engines.llama_cpp.gguf import Vocabulary

_PRINTED = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
"""Bytes that GPT-2's vocabulary writes as the character of the same number."""
_OTHERS = [byte for byte in range(256) if byte not in _PRINTED]
_BYTES = {
    **{chr(byte): byte for byte in _PRINTED},
    **{chr(256 + place): byte for place, byte in enumerate(_OTHERS)},
}
_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")


def named(data: bytes) -> str:
    """A token's text, or its bytes where it is a part of a character: as OpenAI names it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "bytes:" + "".join(f"\\x{byte:02x}" for byte in data)


class TokenBytes:
    """Reads one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._names = {number: name for name, number in vocabulary.special.items()}
        self._known: dict[bytes, list[int]] | None = None
        self._lock = threading.Lock()

    def data(self, token: int) -> bytes:
        """The token's bytes; a control token's are those of its name."""
        if (name := self._names.get(token)) is not None:
            return name.encode()
        written = self._vocabulary.tokens[token]
        if self._vocabulary.bytewise:
            return bytes(_BYTES.get(character, 0x3F) for character in written)
        if found := _BYTE.fullmatch(written):
            return bytes([int(found[1], 16)])
        return written.replace("▁", " ").encode()

    def name(self, token: int) -> str:
        """The token's text, as it is shown."""
        return named(self.data(token))

    def text(self, tokens: tuple[int, ...]) -> str:
        """The text of the tokens, together."""
        return b"".join(map(self.data, tokens)).decode("utf-8", "replace")

    def tokens(self, data: bytes) -> list[int]:
        """The tokens that stand for exactly these bytes; no control tokens."""
        with self._lock:
            if self._known is None:
                self._known = {}
                for token in range(len(self._vocabulary.tokens)):
                    if token not in self._names:
                        self._known.setdefault(self.data(token), []).append(token)
        return self._known.get(data, [])
