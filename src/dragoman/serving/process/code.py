"""Which code a process runs: an update under a running server must not mix two versions.

A worker is started when its engine is needed, perhaps days after the server. What both say to each
other is of one version only, so the worker compares its code with the server's and does not load.
"""

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).parents[2]

CHANGED = (
    "Dragoman's code was changed after this server had started, and the two do not fit together: "
    "restart the server"
)


class OtherCode(Exception):
    """The worker's code is not that of the server."""

    message = CHANGED


def digest(package: Path = PACKAGE) -> str:
    """Return a digest of all Python files of the package as they are now, in some 20 ms."""
    whole = hashlib.blake2b(digest_size=16)
    for path in sorted(package.rglob("*.py")):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(package)}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def compare(expected: str | None) -> None:
    """Compare the package with a digest that was taken before; None: nothing to compare.

    Raises:
        OtherCode: it was changed meanwhile.
    """
    if expected is not None and expected != digest():
        raise OtherCode
