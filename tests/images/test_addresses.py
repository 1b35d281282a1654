import socket
from ipaddress import ip_address

import pytest

from dragoman.images.addresses import is_never, is_public, parse, unwrapped

PRIVATE_FORMS = [
    *("127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0.0.0.0"),
    *("0300.0250.1.1", "2852039166", "0xa9.0xfe.43518", "10.0.0.1", "172.16.0.1"),
    *("172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.169.254", "169.254.1.1"),
    *("192.0.0.192", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255", "168.63.129.16", "100.100.100.200", "::1", "::"),
    *("::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::127.0.0.1"),
    *("::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::808:808"),
    *("64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2002:808:808::"),
    *("2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "3fff::1"),
    *("fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "ff02::1"),
    *("ff0e::1", "100::1", "5f00::1"),
]


@pytest.mark.parametrize("form", PRIVATE_FORMS)
def test_an_address_that_is_not_public_is_known_in_every_form(form: str) -> None:
    found = socket.getaddrinfo(form, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    assert found
    for entry in found:
        assert not is_public(parse(str(entry[4][0])))


@pytest.mark.parametrize(
    "form", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2001:4860:4860::8888", "::ffff:8.8.8.8"]
)
def test_a_public_address_is_public(form: str) -> None:
    assert is_public(parse(form))


def test_a_zone_does_not_hide_an_address() -> None:
    assert not is_public(parse("fe80::1%lo"))


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::127.0.0.1", "127.0.0.1"),
        ("::ffff:0:127.0.0.1", "127.0.0.1"),
        ("64:ff9b::a9fe:a9fe", "169.254.169.254"),
        ("2002:7f00:1::", "127.0.0.1"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45"),
        ("::1", "::1"),
        ("2606:4700::1111", "2606:4700::1111"),
    ],
)
def test_an_embedded_address_is_unwrapped(outer: str, inner: str) -> None:
    assert unwrapped(ip_address(outer)) == ip_address(inner)


@pytest.mark.parametrize(
    "form",
    ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "0.0.0.0", "224.0.0.1", "::"],
)
def test_metadata_services_are_never_reachable_by_openness_alone(form: str) -> None:
    assert is_never(parse(form))


@pytest.mark.parametrize("form", ["127.0.0.1", "10.0.0.1", "fd00::1", "8.8.8.8"])
def test_other_addresses_are_the_operators_choice(form: str) -> None:
    assert not is_never(parse(form))
