"""What may be drawn (可显示的字): letters that the shipped font has, and a visible mark for each that it has not."""

import json
import unicodedata
from functools import lru_cache
from pathlib import Path

COVERAGE = Path(__file__).with_name("font") / "coverage.json"
GETA = "〓"  # what printers have always set for a character they do not have
ELLIPSIS = "…"
SILENT = {"Cc", "Cf", "Cs"}


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Return the code points of the font (kept beside it as ranges, so that nobody parses a font to draw a line)."""
    return frozenset(code for first, last in json.loads(COVERAGE.read_text("ascii")) for code in range(first, last + 1))


def legible(text: str, *, most: int) -> str:
    """Return at most `most` characters of `text` that can be drawn as they are, in the order in which they were written.

    Control and format characters (line breaks, bidirectional controls, joiners) are taken out. A Chinese character that the
    font lacks stands as its code point, because a name must stay recognisable; anything else as one 〓.
    """
    plain = unicodedata.normalize("NFC", text[: 4 * most])
    letters = [_letter(char) for char in " ".join(plain.split()) if unicodedata.category(char) not in SILENT]
    marked = "".join(letter for n, letter in enumerate(letters) if letter != GETA or n == 0 or letters[n - 1] != GETA)
    return marked if len(marked) <= most and len(text) <= 4 * most else marked[: most - 1] + ELLIPSIS


def _letter(char: str) -> str:
    if ord(char) in covered():
        return char
    if unicodedata.category(char) in ("Mn", "Me"):
        return ""  # an accent without its letter: never stacked upon what stands before
    return f"[U+{ord(char):04X}]" if unicodedata.name(char, "").startswith("CJK UNIFIED") else GETA
