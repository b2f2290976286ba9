"""The process that sets and prints pages (排印进程): it has loaded WeasyPrint and the fonts once, and prints what it is handed.

Run as a script by inspections.documents.printing. A message is a JSON object with the opened page (HTML) as descriptor; the PDF
is left as `out.pdf` in the folder named, the answer is an exit status. It has no network, fetches nothing but its own font and
`data:`, and ends when its owner hangs up or nobody has asked for a while.
"""

import ctypes
import json
import os
import re
import resource
import signal
import socket
import unicodedata
from array import array
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pydyf

MEGABYTE = 1024 * 1024
NO_ROOM, NO_PRESS, FAILED = 75, 69, 1
IDLE_S = 120
HERE = Path(__file__).parent
FONT = HERE.parents[1] / "media" / "decode" / "font"
STYLE = HERE / "print.css"
# fonts of the system that are asked when ours lacks a character; each is embedded by what is used of it
SECOND = ("NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "wqy-microhei.ttc", "DejaVuSans.ttf")
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts")
GETA = "〓"  # what printers have always set for a character they do not have
SILENT = {"Cc", "Cf", "Cs", "Co", "Cn"}
KEPT = {"\n", "\t"}
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def unplug() -> None:
    """Take away the network, where the system lets us."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Return the code points of our font."""
    ranges = json.loads((FONT / "coverage.json").read_text("ascii"))
    codes = (code for first, last in ranges for code in range(first, last + 1))
    # what shows nothing, and what turns the order of letters, is never set
    return frozenset(code for code in codes if unicodedata.category(chr(code)) not in SILENT)


@lru_cache(maxsize=1)
def second() -> frozenset[int]:
    """Return the code points of the system's fonts; read only when a page needs one of them."""
    from_system: set[int] = set()
    for folder in FOLDERS:
        for name in SECOND:
            for file in Path(folder).rglob(name):
                with suppress(Exception):  # a font that cannot be read lends nothing
                    opened = import_module("fontTools.ttLib").TTFont(file, fontNumber=0, lazy=True)
                    from_system |= set(opened.getBestCmap())
    return frozenset(from_system)


def legible(html: str) -> str:
    """Return the page with a visible mark for each character that no font has: a name stays recognisable, never a box."""
    if all(ord(char) in covered() or char in KEPT for char in set(html)):
        return html
    return re.sub(r"[^\x20-\x7e\n]", lambda found: _letter(found.group()), html)


def _letter(char: str) -> str:
    if ord(char) in covered() or char in KEPT:
        return char
    if unicodedata.category(char) in SILENT:
        return ""
    if ord(char) in second():
        return char
    return f"[U+{ord(char):04X}]" if unicodedata.name(char, "").startswith("CJK ") else GETA


class Stream(pydyf.Stream):  # type: ignore[misc]  # the library has no types
    """A stream whose end nobody mistakes: data that end with CR, and the LF after them, look like one end of line."""

    @property
    def data(self) -> bytes:
        """Return it as it is written, with an end of line of two characters whatever the data end with."""
        return bytes(super().data).removesuffix(b"\nendstream") + b"\r\nendstream"


def archival(_: object, pdf: Any) -> None:
    """Pack the streams of a PDF that was made unpacked; an archive (PDF/A) reads the metadata without unpacking."""
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream):
            one.__class__ = Stream
            one.compress = "Filter" not in one.extra and one.extra.get("Type") != "/Metadata"


class Press:
    """WeasyPrint with its fonts and the style sheet, loaded once; and, called with an address, its fetcher."""

    _fail_on_errors = False  # asked for by the library: what is not fetched is left out

    def __init__(self) -> None:
        # by name: whoever starts without Pango says so by an exit status, and nobody else pays for the loading
        self.weasyprint = import_module("weasyprint")
        self.fonts = import_module("weasyprint.text.fonts").FontConfiguration()
        self._own = import_module("weasyprint.urls").URLFetcher(allowed_protocols=("data", "file"))
        self.style = self.weasyprint.CSS(filename=STYLE, base_url=f"{FONT.as_uri()}/", url_fetcher=self, font_config=self.fonts)

    def __call__(self, url: str, **_: Any) -> Any:
        """Return our own font or what a data: address holds. Raises: ValueError for anything else."""
        if url != FONT.joinpath("strip.ttf").as_uri() and not url.startswith("data:"):
            raise ValueError("nothing is fetched for a page")
        return self._own.fetch(url)

    def printed(self, html: str, variant: str | None) -> bytes:
        """Return the page as PDF."""
        page = self.weasyprint.HTML(string=legible(html), base_url=None, url_fetcher=self)
        told = {"pdf_variant": variant, "optimize_images": False, "uncompressed_pdf": True}
        made: bytes = page.write_pdf(stylesheets=[self.style], font_config=self.fonts, finisher=archival, **told)
        return made


def received(line: socket.socket) -> tuple[bytes, list[int]]:
    """Return one message and the descriptors that came with it; nothing once the other side is gone or long silent."""
    try:
        told, parts, _, _ = line.recvmsg(8192, socket.CMSG_SPACE(4))
    except TimeoutError:
        return b"", []
    fds = array("i")
    for level, kind, data in parts:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    return (told, list(fds)) if fds else (b"", [])


def worked(press: Press, told: dict[str, str], page: int) -> int:
    """Print one page and return the exit status for it."""
    try:
        with open(page, "rb") as file:
            made = press.printed(file.read().decode(), told["format"] or None)
        Path(told["folder"], "out.pdf").write_bytes(made)
    except OSError:
        return NO_ROOM
    except Exception:  # noqa: BLE001 - whatever a page makes the library raise, the next page is another one
        return FAILED
    return 0


def main(line: socket.socket) -> None:
    """Print what is asked for until nobody asks."""
    unplug()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * MEGABYTE, 256 * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_AS, (2048 * MEGABYTE, 2048 * MEGABYTE))
    press: Press | None = None
    with suppress(ImportError, OSError):
        press = Press()
    line.settimeout(IDLE_S)
    while True:
        told, fds = received(line)
        if not told:
            return
        status = worked(press, json.loads(told), fds[0]) if press else NO_PRESS
        if not press:
            os.close(fds[0])
        line.sendall(b"%d\n" % status)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the worker stops us by hanging up
    main(socket.socket(fileno=0))
