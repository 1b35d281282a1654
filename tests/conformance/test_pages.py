"""Text, Markdown and HTML of reports whose every word is hostile."""

from html.parser import HTMLParser

import pytest
from typing_extensions import override

from dragoman.cli.conformance import line, summary
from dragoman.conformance.matrix import join
from dragoman.conformance.pages import markdown, page
from dragoman.conformance.report import VERDICTS, Report, ReportWrong, Result, one_line, parse

HOSTILE = (
    "\x1b[2J\x1b]0;x\x07 \u202etxt\u202c <script>alert(1)</script> \"'> "
    "| `x` ](javascript:x)\r\n# no"
)


def hostile() -> Report:
    results = [
        Result(id=f"a.{n}", endpoint="/x", rule=HOSTILE, verdict=verdict, reason=HOSTILE)
        for n, verdict in enumerate(VERDICTS)
    ]
    return Report(
        version="0.1.0",
        name=HOSTILE,
        base_url=HOSTILE,
        date="2026-11-30",
        models={"chat": HOSTILE},
        recording="a tone",
        requests=1,
        seconds=1.0,
        results=results,
    )


class Tags(HTMLParser):
    """The names and attributes of elements."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_nothing_of_a_server_becomes_markup():
    shown = page(join([hostile(), hostile()]))
    tags = Tags()
    tags.feed(shown)
    tables = {"div", "table", "thead", "tbody", "tr", "th", "td", "small"}
    assert tags.names <= tables | {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "p",
    }
    assert tags.attributes <= {"lang", "charset", "name", "content", "http-equiv", "scope", "class"}
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "default-src 'none'" in shown


def test_a_page_loads_nothing():
    shown = page(join([hostile()]))
    assert not any(word in shown for word in ("http:", "https:", "src=", "href", "url(", "@import"))


def test_a_row_of_markdown_stays_one_row():
    rows = [each for each in markdown(join([hostile()])).splitlines() if each.startswith("| `a.")]
    assert len(rows) == len(VERDICTS)
    for row in rows:
        plain = row.replace("\\|", "")
        assert plain.count("|") == 4
        assert "<script" not in plain.replace("\\<", "")


def test_a_line_of_text_has_nothing_that_a_terminal_obeys():
    for text in (*(line(result, 0) for result in hostile().results), summary(hostile())):
        assert text.isprintable()
        assert "\u202e" not in text


def test_a_report_is_read_as_it_was_written():
    report = hostile()
    assert parse(report.to_json().encode()) == report
    assert report.to_json().isascii()


@pytest.mark.parametrize(
    "change",
    [
        ("verdict", "fine"),
        ("seconds", "1"),
        ("reason", "x" * 500),
        ("id", "`x`"),
        ("endpoint", "x"),
    ],
)
def test_a_report_with_other_things_in_it_is_refused(change: tuple[str, object]):
    document = hostile().model_dump(mode="json")
    document["results"][0][change[0]] = change[1]
    with pytest.raises(ReportWrong, match=rf"results\.0\.{change[0]}"):
        parse(Report.model_construct(**document).model_dump_json(warnings=False).encode())


def test_one_line_is_bounded():
    assert len(one_line("\x1b" * 1_000_000)) == 160
    assert one_line("a\tb\u2028c\nd") == "a b c d"
