"""The ids of responses, and of the items in them."""

import time
import uuid

from dragoman.wire.chat.head import Stamp


def fresh_stamp() -> Stamp:
    """Make a stamp that no other response has."""
    return Stamp(f"resp_{uuid.uuid4().hex}", int(time.time()))


def item_id(prefix: str, response: str, index: int) -> str:
    """The id of an item of the output: as unique as that of its response."""
    return f"{prefix}_{response.removeprefix('resp_')}{index:04x}"


def given_id(prefix: str, response: str, index: int) -> str:
    """The id of an item of the input that came without one."""
    return f"{prefix}_{response.removeprefix('resp_')}i{index:04x}"
