"""The log as JSON."""

import json
import logging
from typing import Any

import pytest

from dragoman.serving.log_lines import JsonLines


def written(lines: JsonLines, error: BaseException | None = None) -> dict[str, Any]:
    about = None if error is None else (type(error), error, error.__traceback__)
    message, arguments = "response %s broke", ("resp_1",)
    record = logging.LogRecord("dragoman", logging.ERROR, "x.py", 1, message, arguments, about)
    line = lines.format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_line_has_its_whole_message_its_engine_and_the_frames_of_a_failure() -> None:
    line = written(JsonLines("whisper"))
    assert line.pop("ts").endswith("Z")
    assert line == {
        "level": "error",
        "logger": "dragoman",
        "engine": "whisper",
        "message": "response resp_1 broke",
    }
    assert "engine" not in written(JsonLines())
    with pytest.raises(ValueError, match="Expecting value") as caught:
        json.loads("odd")
    line = written(JsonLines(), caught.value)
    assert line["message"] == "response resp_1 broke"
    assert line["traceback"].startswith("Traceback")
    assert "JSONDecodeError" in line["traceback"]
