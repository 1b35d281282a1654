from dragoman.engines.recognisers.reader import Line
from dragoman.engines.recognisers.text import is_page, quoted, quoted_page, readable


def line(text: str, score: float = 0.99, row: float = 0, left: float = 0) -> Line:
    return Line(text, score, left, row * 40, left + 300, row * 40 + 30)


PAGE = [line("The quick brown fox jumped over the lazy dog.", row=row) for row in range(3)]


def test_many_letters_or_several_long_lines_make_a_page() -> None:
    assert is_page(PAGE)
    assert is_page([line("", 0.0, row) for row in range(3)])
    assert not is_page(PAGE[:1])
    assert not is_page([])


def test_patches_that_are_no_lines_make_no_page() -> None:
    coins = [Line("O0OO", 0.35, 0, row * 90, 315, row * 90 + 73) for row in range(6)]
    assert not is_page(coins)


def test_a_page_is_quoted_row_by_row() -> None:
    lines = [line("TOTAL", row=2), line("$5", row=0, left=600), line("Widget", row=0.1)]
    assert quoted_page(lines).lines == ("Widget $5", "TOTAL")


def test_rows_that_are_not_sure_are_counted_instead() -> None:
    text = quoted_page([*PAGE, line("the o sr e", 0.58, row=4), line("...", 0.99, row=5)])
    assert len(text.lines) == 3
    assert text.unread == 2


def test_of_writing_that_the_reader_does_not_know_hardly_anything_is_quoted() -> None:
    lines = [line("わh号Y晶", 0.54), line("", 0.0, 1), line("02-1234召", 0.95, 2)]
    assert not readable(lines)
    assert quoted_page(lines).lines == ()
    assert quoted_page(lines).unread == 3


def test_of_a_photograph_only_sure_text_is_quoted() -> None:
    lines = [line("emisiones"), line("M15OL", 0.88), line("8", 0.95), line("***"), line("K9", 0.98)]
    assert quoted(lines).lines == ("emisiones", "K9")
    assert quoted(lines).unread == 0
