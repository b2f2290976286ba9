"""Decoding in a process of its own that may die of what it reads; here is only how it is started."""

from media.decode.run import SIZES, Decoded, Died, NoRoom, Order, decode

__all__ = ["SIZES", "Decoded", "Died", "NoRoom", "Order", "decode"]
