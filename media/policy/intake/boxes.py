"""The boxes of ISO/IEC 14496-12 in memory, and the numbers in them."""

from collections.abc import Iterator

from media.errors import NotAnImage, Truncated

MOST_BOXES = 4096


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each box in `data`, in order. Raises: Truncated, NotAnImage."""
    offset = 0
    for _ in range(MOST_BOXES):
        if offset + 8 > len(data):
            return
        length, start = int.from_bytes(data[offset : offset + 4], "big"), 8
        if length == 1:
            length, start = int.from_bytes(data[offset + 8 : offset + 16], "big"), 16
        elif length == 0:
            length = len(data) - offset
        if length < start or offset + length > len(data):
            raise Truncated
        yield data[offset + 4 : offset + 8], data[offset + start : offset + length]
        offset += length
    raise NotAnImage


class Fields:
    """Big-endian numbers read one after the other. Raises: Truncated where the data ends first."""

    def __init__(self, data: bytes) -> None:
        self.data, self.offset = data, 0

    def number(self, length: int) -> int:
        """Return the next unsigned number of `length` bytes; 0 for none."""
        end = self.offset + length
        if end > len(self.data):
            raise Truncated
        value = int.from_bytes(self.data[self.offset : end], "big")
        self.offset = end
        return value

    def full_box(self) -> tuple[int, int]:
        """Return version and flags, with which a full box begins."""
        head = self.number(4)
        return head >> 24, head & 0xFFFFFF
