"""How Whisper's vocabulary writes bytes: each as one printable sign."""

PRINTABLE = (*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(174, 256))
"""Bytes that stand for themselves; the others follow from sign 256 on, in order."""

OTHERS = tuple(byte for byte in range(256) if byte not in PRINTABLE)


def token_bytes(written: str) -> bytes:
    """The bytes of a token as the vocabulary writes it: `Ġso` is " so", and may be half a sign.

    Source: https://github.com/openai/gpt-2/blob/master/src/encoder.py
    """
    return bytes(ord(sign) if ord(sign) < 256 else OTHERS[ord(sign) - 256] for sign in written)
