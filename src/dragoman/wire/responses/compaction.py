"""Compaction: a long conversation made short, as coding agents ask before their context is full.

OpenAI encrypts the summary. Here it is the model's own text, packed so that clients hand it on as
it came.
"""

import base64
import binascii

from dragoman.domain.errors import RequestInvalid

MOST_TOKENS = 2_048
"""The most tokens of a summary."""
ORDER = (
    "Summarize the conversation so far. Say only what was said or found out in it, with the "
    "names, files and values."
)
"""The order that the model gets in place of the trigger; a small one answers more words with
fiction."""
BEFORE = "Summary of the conversation until now:\n\n"
_SEAL = "dragoman:"


def sealed(summary: str) -> str:
    """Pack a summary as the `encrypted_content` of an item."""
    return _SEAL + base64.urlsafe_b64encode(summary.encode()).decode()


def opened(content: str, path: str) -> str:
    """Unpack the summary of what `sealed` made; `path` is where it stood.

    Raises:
        RequestInvalid: another server made it.
    """
    try:
        if content.startswith(_SEAL):
            packed = content.removeprefix(_SEAL).encode()
            return base64.b64decode(packed, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        pass
    raise RequestInvalid(
        f"Invalid '{path}': only a compaction that this server made can be read here.",
        param=path,
        code="invalid_value",
    )
