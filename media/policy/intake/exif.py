"""EXIF directories that lead back to themselves: no camera means to write them, and readers have run in circles over them.

Any other fault of metadata is none of the picture: it is read in the jail, as far as it goes.
"""

from media.errors import Truncated

HEADER = b"Exif\0\0"
LONGEST = 256 * 1024
MOST_ENTRIES, MOST_DIRECTORIES = 1000, 64
# EXIF, GPS, interoperability, further directories
POINTERS = {0x8769, 0x8825, 0xA005, 0x014A}


def check(data: bytes) -> None:
    """Raise Truncated if following the directories of this TIFF structure comes back to one of its own ancestors."""
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(data[:4])
    if order == "little" or order == "big":
        _Directories(data, order).follow(_number(data, 4, 4, order), above=())


def _number(data: bytes, offset: int, length: int, order: str) -> int:
    return int.from_bytes(data[offset : offset + length], "little" if order == "little" else "big")


class _Directories:
    """One walk, bounded in directories; what was walked without coming back is not walked again."""

    def __init__(self, data: bytes, order: str) -> None:
        self.data, self.order = data, order
        self.done: set[int] = set()

    def follow(self, offset: int, *, above: tuple[int, ...]) -> None:
        """Walk the directory at `offset`, reached through those `above`. Raises: Truncated."""
        if offset in above:
            raise Truncated
        if not 8 <= offset <= len(self.data) - 2 or offset in self.done or len(self.done) >= MOST_DIRECTORIES:
            return
        self.done.add(offset)
        for target in self._targets(offset):
            self.follow(target, above=(*above, offset))

    def _targets(self, offset: int) -> list[int]:
        """Return where the directory at `offset` points: to those inside it, then to the next one."""
        count = min(_number(self.data, offset, 2, self.order), MOST_ENTRIES)
        entries = range(offset + 2, offset + 2 + 12 * count, 12)
        found = [_number(self.data, at + 8, 4, self.order) for at in entries if self._is_pointer(at)]
        following = offset + 2 + 12 * count
        return [*found, _number(self.data, following, 4, self.order)] if following + 4 <= len(self.data) else found

    def _is_pointer(self, at: int) -> bool:
        return at + 12 <= len(self.data) and _number(self.data, at, 2, self.order) in POINTERS
