"""What may be fetched: the operator's setting, as a value."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """Which addresses may be connected to, and how much may come from there.

    | mode     | fetched                                                             |
    |----------|---------------------------------------------------------------------|
    | `off`    | nothing: data URLs only                                             |
    | `public` | public addresses, and what `hosts` and `networks` allow             |
    | `on`     | any address but those that never serve pictures, such as a cloud's metadata |
    """

    mode: Literal["off", "public", "on"] = "public"
    hosts: frozenset[str] = frozenset()
    """Host names (lower-case, as in the URL) that may lie at any address, at any port."""
    networks: tuple[Network, ...] = ()
    """Addresses that may be connected to though they are not public, at any port."""
    most_bytes: int = 20_000_000
    """The most bytes of one picture, after decoding; for data URLs, too."""
    most_redirects: int = 3
    deadline_s: float = 10.0
    """The seconds that one picture may take in all, from the name to the last byte."""
