"""SMS on the embedded default: a line of JSON per message, appended to a file (`file:///…/sms.jsonl`)."""

import fcntl
import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from notifications.channels import Envelope, Gate

SCHEMES = ("file",)
LOOK_BACK = 256 * 1024


def send(envelope: Envelope, gate: Gate) -> str:
    """Append one line in one write, on disk before this returns; a message that is there already is not repeated."""
    path = Path(unquote(urlsplit(gate.url).path))
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"to": envelope.to, "text": envelope.text, "code": envelope.code, "at": envelope.at, "id": str(envelope.id)}
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not _holds(handle, str(envelope.id)):
            os.write(handle, json.dumps(line, ensure_ascii=False).encode() + b"\n")
            os.fsync(handle)
    finally:
        os.close(handle)
    return f"file:{envelope.id}"


def _holds(handle: int, message_id: str) -> bool:
    """Return whether the end of the file has this message: a worker killed after writing tries it again soon."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, LOOK_BACK, max(0, size - LOOK_BACK))
    return f'"id": "{message_id}"}}'.encode() in tail
