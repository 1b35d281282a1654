import pytest

from dragoman.images.target import Target, parse_url


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/x.png", Target("https", "a.example", 443, "/x.png")),
        ("HTTP://A.Example", Target("http", "a.example", 80, "/")),
        ("http://a.example:8080/x?y=1&z=%20#f", Target("http", "a.example", 8080, "/x?y=1&z=%20")),
        ("http://[2606:4700::1111]:81/", Target("http", "2606:4700::1111", 81, "/")),
        ("http://bücher.example/ö b", Target("http", "xn--bcher-kva.example", 80, "/%C3%B6%20b")),
        ("http://①②⑦.⓪.⓪.①/", Target("http", "127.0.0.1", 80, "/")),
        ("http://127。0。0。1/", Target("http", "127.0.0.1", 80, "/")),
    ],
)
def test_a_url_is_read_into_its_parts(url: str, target: Target) -> None:
    assert parse_url(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/x",
        "file:///etc/passwd",
        "gopher://a.example",
        "/etc/passwd",
        "AAAA",
        "",
        "http://",
        "http://user:pass@a.example/",
        "http://a.example@127.0.0.1/",
        "http://a.example\\@b.example/",
        "http://a.example:0/",
        "http://a.example:99999/",
        "http://a.example:x/",
        "http://a b.example/",
        "http://a.example/\r\nHost: b",
        "http://a.example\t/",
        "http://[::1",
        "http://[fe80::1%25lo]/",
        "http://[::zz]/",
        "http://[v1.a]/",
        "http://\u0378.example/",
        "http://" + "ü" * 70 + ".example/",
        "http://%31%32%37.0.0.1/",
        "http://a.example/" + "x" * 9000,
    ],
)
def test_an_odd_url_is_not_guessed_at(url: str) -> None:
    assert parse_url(url) is None


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://a.example/", "a.example"),
        ("https://a.example:80/", "a.example:80"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("https://[::1]/", "[::1]"),
    ],
)
def test_the_host_header_is_as_in_the_url(url: str, authority: str) -> None:
    target = parse_url(url)
    assert target is not None
    assert target.authority == authority
