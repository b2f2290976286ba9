"""Log lines as JSON: UTC with offset, only allowed members, long fields cut, line breaks encoded."""

import json
import logging
import re
from datetime import UTC, datetime

ALLOWED = ("request", "person", "ms", "job", "kind", "attempt", "dead", "act", "hazard", "event")
LONGEST = 8192
_PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def redact(text: str) -> str:
    """Return `text` with mobile numbers as 138****1234, cut to 8 KiB."""
    return _PHONE.sub(r"\1****\2", text)[:LONGEST]


class JSONLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in ALLOWED if getattr(record, name, "") != ""}
        if record.exc_info:
            line["error"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
