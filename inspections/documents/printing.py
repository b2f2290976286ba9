"""Having a page printed: WeasyPrint lives in a process of its own, so that nobody else pays for loading it (2 s, 40 MB).

One page at a time per process: whoever comes meanwhile waits a little, then is told to come again, so that pages never take
more than a moment of the threads that others need.
"""

import ctypes.util
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

from inspections.errors import NotPrintable, PressBusy, Unprinted
from media.decode.nursery import Gone, Nurseries

PRESS = Path(__file__).with_name("press.py")
WALL_S, PATIENCE_S = 25, 4
NO_ROOM, NO_PRESS = 75, 69
ARCHIVAL = "pdf/a-3u"
presses = Nurseries()
_turn = threading.Lock()


@lru_cache(maxsize=1)
def can_print() -> bool:
    """Return whether Pango is installed, without loading anything."""
    return ctypes.util.find_library("pangoft2-1.0") is not None


def printed(html: str, *, variant: str = ARCHIVAL) -> bytes:
    """Return the page as PDF (PDF/A-3u unless told otherwise).

    Raises: NotPrintable where Pango is missing, PressBusy, Unprinted, OSError when the disk is full.
    """
    if not can_print():
        raise NotPrintable
    if not _turn.acquire(timeout=PATIENCE_S):
        raise PressBusy
    try:
        return _pressed(html, variant)
    finally:
        _turn.release()


def _pressed(html: str, variant: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="press-") as made:
        page = Path(made, "page.html")
        page.write_text(html, encoding="utf-8")
        status = _asked(page, variant)
        if status == NO_PRESS:
            raise NotPrintable
        if status == NO_ROOM:
            raise OSError("the press had no room")
        if status != 0:
            raise Unprinted
        return Path(made, "out.pdf").read_bytes()


def _asked(page: Path, variant: str) -> int:
    """Return the press's answer; one that had gone to sleep between our look and our word is replaced once."""
    for last in (False, True):
        with page.open("rb") as file:
            try:
                return presses.decode(PRESS, file, variant, folder=page.parent, within_s=WALL_S)
            except Gone as error:
                if last:
                    raise Unprinted from error
            except TimeoutError as error:
                raise Unprinted from error
    raise Unprinted
