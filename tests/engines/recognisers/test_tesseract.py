import logging
import sys
from pathlib import Path

import pytest
from PIL import Image

from dragoman.engines.recognisers.tesseract import Tesseract, hangul

TABLE = """level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext
4\t1\t1\t1\t1\t0\t42\t44\t283\t26\t-1\t
5\t1\t1\t1\t1\t1\t42\t44\t136\t26\t96.5\t안녕하세요.
5\t1\t1\t1\t1\t2\t194\t44\t20\t26\t90\t반
5\t1\t1\t1\t1\t3\t219\t44\t21\t26\t92\t갑
5\t1\t1\t1\t1\t4\t242\t44\t83\t26\t95\t습니다.
5\t1\t1\t1\t2\t1\t42\t114\t60\t26\t80\tTEL
5\t1\t1\t1\t2\t2\t104\t114\t60\t26\t90\t02-12
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the program, which CI has not: it prints what the real one printed."""
    path = tmp_path / "tesseract"
    path.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "if '--list-langs' in sys.argv: print('List (2):\\nkor\\neng'); sys.exit()\n"
        "assert sys.stdin.buffer.read(4) == b'\\x89PNG'\n"
        f"print({TABLE!r}, end='')\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return path


def test_words_are_joined_to_lines_and_hangul_is_not_torn(program: Path) -> None:
    tesseract = Tesseract.find()
    assert tesseract is not None
    assert tesseract.path == program
    first, second = tesseract.lines(Image.new("RGB", (400, 200)))
    assert first.text == "안녕하세요. 반갑습니다."
    assert second.text == "TEL 02-12"
    assert first.score == pytest.approx(0.934, abs=0.001)
    assert (first.left, first.top, first.right, first.bottom) == (42, 44, 325, 70)


def test_a_missing_program_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with caplog.at_level(logging.INFO):
        assert Tesseract.find() is None
    (record,) = caplog.records
    assert "tesseract-ocr-kor" in record.getMessage()


def test_a_program_without_korean_is_not_used(program: Path) -> None:
    program.write_text(program.read_text(encoding="utf-8").replace("kor", "deu"), encoding="utf-8")
    assert Tesseract.find() is None


def test_a_program_that_fails_reads_nothing(program: Path) -> None:
    program.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n", encoding="utf-8")
    assert Tesseract(program).lines(Image.new("RGB", (40, 20))) == []


def test_hangul_is_counted_in_syllables() -> None:
    assert hangul("안녕 abc 漢字 ㅎ") == 2
