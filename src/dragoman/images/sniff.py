"""What a picture is, by its first bytes; labels and names are never asked."""

from typing import Literal, TypeAlias

Format: TypeAlias = Literal["png", "jpeg", "gif", "webp"]


def sniff(data: bytes) -> Format | None:
    """The format that `data` begins as; None: none that is taken."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return None
