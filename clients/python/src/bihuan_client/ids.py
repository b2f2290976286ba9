"""Ids made on the phone: UUID version 7 (RFC 9562), rising even when the clock of the phone goes back."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0
_COUNT_BITS = 12


def new() -> str:
    """Return a new id as text; each one of this process is greater than the one before."""
    global _last
    with _lock:
        # milliseconds and a counter in one number: it only ever rises
        _last = max(_last + 1, int(time.time() * 1000) << _COUNT_BITS)
        moment, count = _last >> _COUNT_BITS, _last & ((1 << _COUNT_BITS) - 1)
    return str(UUID(int=moment << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | secrets.randbits(62)))
