"""The log as JSON: one object a line, for programs that collect logs."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from typing_extensions import override


class JsonLines(logging.Formatter):
    """A log format: one JSON object a line, with `ts`, `level`, `logger` and `message`.

    The line of a request has that request's fields in place of `message`. `engine` names the
    process of an engine.
    """

    def __init__(self, engine: str | None = None) -> None:
        super().__init__()
        self._engine = engine

    @override
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "ts": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if self._engine:
            line["engine"] = self._engine
        fields: dict[str, Any] | None = getattr(record, "fields", None)
        if fields is None:
            line["message"] = record.getMessage()
        else:
            line["message"] = str(record.msg).partition(" %")[0]
            line |= {name: value for name, value in fields.items() if value not in (None, "")}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)
