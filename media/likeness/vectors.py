"""A million prints in memory and the nearest of them in milliseconds: 32 bytes each, compared all, no tree to keep.

A print is four groups of 64 signs (media/decode/prints.py). A mirror turns whole groups round and a quarter turn transposes
them, so that the differing signs of four groups, counted once, tell the distances to four of the eight ways to hold a
picture; the transposed query tells the other four.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
BLOCK = 1 << 16  # of words that stay in the cache while both queries pass over them
GROUP = 8


def words_of(bits: bytes) -> Words:
    """Return the four groups of a print of 32 bytes."""
    return np.frombuffer(bits, ">u8").astype(np.uint64)


def transposed(words: Words) -> Words:
    """Return the print of the picture mirrored along its diagonal: each group transposed, across and down exchanged."""
    squares = np.unpackbits(words.astype(">u8").view(np.uint8)).reshape(4, GROUP, GROUP)[[0, 2, 1, 3]]
    packed = np.packbits(np.ascontiguousarray(squares.transpose(0, 2, 1)).reshape(-1))
    return words_of(packed.tobytes())


class Vectors:
    """Prints by number, in arrays that grow; appending and searching are the caller's to keep apart."""

    def __init__(self) -> None:
        self.count = 0
        self._ids = np.empty(0, np.int64)
        self._words = np.empty((4, 0), np.uint64)

    def append(self, ids: Sequence[int], bits: Sequence[bytes]) -> None:
        """Add prints by their numbers."""
        room, need = self._ids.size, self.count + len(ids)
        if need > room:
            self._grow(max(need, room + room // 4, 4096))
        new = np.frombuffer(b"".join(bits), ">u8").reshape(-1, 4)
        self._ids[self.count : need] = ids
        self._words[:, self.count : need] = new.T
        self.count = need

    def _grow(self, room: int) -> None:
        ids, words = np.empty(room, np.int64), np.empty((4, room), np.uint64)
        ids[: self.count] = self._ids[: self.count]
        words[:, : self.count] = self._words[:, : self.count]
        self._ids, self._words = ids, words

    @property
    def size_bytes(self) -> int:
        """Return what the arrays take."""
        return int(self._ids.nbytes + self._words.nbytes)

    def near(self, bits: bytes, *, within: int, most: int) -> list[tuple[int, int]]:
        """Return (number, signs apart) of the nearest `most` prints at most `within` apart, held whichever way, nearest first."""
        queries = (words_of(bits), transposed(words_of(bits)))
        found: dict[int, int] = {}
        for start in range(0, self.count, BLOCK):
            stop = min(start + BLOCK, self.count)
            for query in queries:
                distance = _distance(self._words[:, start:stop], query)
                for hit in np.flatnonzero(distance <= within).tolist():
                    number, apart = int(self._ids[start + hit]), int(distance[hit])
                    found[number] = min(apart, found.get(number, within))
        return sorted(found.items(), key=_nearest)[:most]


def _nearest(pair: tuple[int, int]) -> tuple[int, int]:
    return pair[1], pair[0]


def _distance(words: Words, asked: Words) -> NDArray[np.uint8]:
    """Return the signs that differ in the best of the four ways to hold a picture without turning it on its side.

    As it is: across + down + both; mirrored, whole groups count the other way round: (64 - across) + down + (64 - both) and
    so on. The smallest of the four, without writing out all of them.
    """
    even, across, down, both = (np.bitwise_count(words[group] ^ asked[group]) for group in range(4))
    sides = across + down
    upright = both + np.minimum(sides, 128 - sides)
    mirrored = 128 - both - (np.maximum(across, down) - np.minimum(across, down))
    nearest: NDArray[np.uint8] = even + np.minimum(upright, mirrored)
    return nearest
