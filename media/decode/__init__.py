"""Decoding in a process of its own that may die of what it reads; here is only how it is started."""

from media.decode.run import Decoded, Died, NoRoom, decode

__all__ = ["Decoded", "Died", "NoRoom", "decode"]
