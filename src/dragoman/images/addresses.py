"""Which addresses a stranger may make us connect to.

The standard library's `is_global` is not enough: up to Python 3.12 it calls NAT64 and 6to4
addresses public that carry a private IPv4 address inside, as well as multicast and the metadata
services of two clouds.

Source: https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_NEVER = (
    IPv4Network("169.254.169.254/32"),  # metadata: Amazon, Google, Microsoft, Oracle and others
    IPv4Network("169.254.170.0/24"),  # credentials of Amazon's containers
    IPv4Network("100.100.100.200/32"),  # metadata: Alibaba
    IPv4Network("192.0.0.192/32"),  # metadata: Oracle
    IPv4Network("168.63.129.16/32"),  # Microsoft's host
    IPv6Network("fd00:ec2::254/128"),  # metadata: Amazon
    IPv6Network("fd20:ce::254/128"),  # metadata: Google
    IPv4Network("0.0.0.0/8"),  # "this host", which Linux takes for itself
    IPv4Network("224.0.0.0/4"),  # multicast
    IPv4Network("255.255.255.255/32"),  # broadcast
    IPv6Network("::/128"),
    IPv6Network("ff00::/8"),  # multicast
)
"""Refused even where the operator allows every address: nothing there serves pictures."""

_PRIVATE = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),  # behind a carrier's NAT
    IPv4Network("127.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),  # link-local
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.0.0.0/24"),  # protocol assignments
    IPv4Network("192.0.2.0/24"),  # documentation
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, withdrawn
    IPv4Network("192.168.0.0/16"),
    IPv4Network("198.18.0.0/15"),  # benchmarks
    IPv4Network("198.51.100.0/24"),  # documentation
    IPv4Network("203.0.113.0/24"),  # documentation
    IPv4Network("240.0.0.0/4"),  # reserved
)
"""IPv4 that is not the public internet."""

_PUBLIC_V6 = IPv6Network("2000::/3")
"""The only part of IPv6 that is given out as public."""
_PRIVATE_V6 = (
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("3fff::/20"),  # documentation
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")


def parse(text: str) -> Address:
    """Parse the address in `text`; an IPv6 zone is left out."""
    return ip_address(text.partition("%")[0])


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside `address`, if there is one: packets may end there."""
    if isinstance(address, IPv4Address):
        return address
    number = int(address)
    if any(address in network for network in (_MAPPED, _TRANSLATED, _NAT64)):
        return IPv4Address(number & 0xFFFF_FFFF)
    if address in _COMPATIBLE and number > 1:
        return IPv4Address(number & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address((number >> 80) & 0xFFFF_FFFF)
    if address in _TEREDO:
        return IPv4Address(~number & 0xFFFF_FFFF)
    return address


def is_never(address: Address) -> bool:
    """Tell whether only a host or a network that is named in the settings makes it reachable."""
    return any(
        candidate in network for candidate in {address, unwrapped(address)} for network in _NEVER
    )


def is_public(address: Address) -> bool:
    """Tell whether `address`, and any address that it carries inside, is public."""
    inner = unwrapped(address)
    if is_never(address):
        return False
    if isinstance(inner, IPv4Address):
        # Teredo and 6to4 are dead, NAT64 is somebody's own network: none leads to a public host.
        wrapped = address.version == 6 and address not in _MAPPED
        return not wrapped and not any(inner in network for network in _PRIVATE)
    return inner in _PUBLIC_V6 and not any(inner in network for network in _PRIVATE_V6)
