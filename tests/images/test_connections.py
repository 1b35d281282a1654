from ipaddress import ip_network

import httpcore2
import pytest

from dragoman.images.connections import AddressRefused, CheckedBackend, resolve
from dragoman.images.policy import FetchPolicy
from fake_network import Names, Network

ROUTES = FetchPolicy(networks=(ip_network("127.0.0.0/8"),))


async def test_the_checked_address_is_connected_to_and_the_name_asked_once() -> None:
    network, names = Network(), Names(["8.8.8.8"], ["127.0.0.1"])
    await CheckedBackend(FetchPolicy(), names, network).connect_tcp("rebind.example", 443)
    assert network.connected == [("8.8.8.8", 443)]
    assert names.asked == 1


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["fd00::1"], ["junk"], []]
)
async def test_a_name_with_any_private_address_is_not_connected_to(answer: list[str]) -> None:
    network = Network()
    with pytest.raises(AddressRefused):
        await CheckedBackend(FetchPolicy(), Names(answer), network).connect_tcp("a.example", 443)
    assert network.connected == []


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost"),
        *("::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "169.254.169.254", "10.0.0.1"),
    ],
)
async def test_the_operating_systems_own_answers_are_checked(host: str) -> None:
    network = Network()
    with pytest.raises(httpcore2.ConnectError):
        await CheckedBackend(FetchPolicy(), resolve, network).connect_tcp(host, 443)
    assert network.connected == []


@pytest.mark.parametrize("port", [22, 25, 110, 1023])
async def test_ports_of_other_services_are_not_connected_to(port: int) -> None:
    network = Network()
    backend = CheckedBackend(FetchPolicy(), Names(["8.8.8.8"]), network)
    with pytest.raises(AddressRefused):
        await backend.connect_tcp("a.example", port)
    assert network.connected == []


async def test_an_allowed_network_may_be_private_and_at_any_port() -> None:
    network = Network()
    await CheckedBackend(ROUTES, Names(["127.0.0.1"]), network).connect_tcp("a.example", 81)
    assert network.connected == [("127.0.0.1", 81)]


async def test_an_allowed_network_does_not_open_another() -> None:
    network = Network()
    with pytest.raises(AddressRefused):
        await CheckedBackend(ROUTES, Names(["10.0.0.1"]), network).connect_tcp("a.example", 80)
    assert network.connected == []


async def test_an_allowed_host_may_lie_anywhere() -> None:
    network = Network()
    policy = FetchPolicy(hosts=frozenset(["pictures.lan"]))
    await CheckedBackend(policy, Names(["10.0.0.1"]), network).connect_tcp("Pictures.lan.", 81)
    assert network.connected == [("10.0.0.1", 81)]


async def test_open_mode_connects_anywhere_but_to_metadata_services() -> None:
    network = Network()
    backend = CheckedBackend(FetchPolicy("on"), Names(["10.0.0.1"], ["169.254.169.254"]), network)
    await backend.connect_tcp("a.example", 81)
    with pytest.raises(AddressRefused):
        await backend.connect_tcp("b.example", 80)
    assert network.connected == [("10.0.0.1", 81)]


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    network = Network(deaf=("8.8.8.8",))
    names = Names(["8.8.8.8", "8.8.4.4"])
    await CheckedBackend(FetchPolicy(), names, network).connect_tcp("a.example", 443)
    assert network.connected == [("8.8.8.8", 443), ("8.8.4.4", 443)]


async def test_sockets_of_this_machine_are_never_opened() -> None:
    with pytest.raises(AddressRefused):
        await CheckedBackend(FetchPolicy()).connect_unix_socket("/run/docker.sock")


async def test_a_socket_of_this_machine_is_no_source_of_pictures() -> None:
    with pytest.raises(AddressRefused):
        await CheckedBackend(FetchPolicy(), Names(), Network()).connect_unix_socket("/run/a.sock")
