"""The reference client of 闭环 Bihuan: keeps what was captured, sends it over any network, and believes only receipts."""

from bihuan_client.capture import Picture, Place
from bihuan_client.device import Device
from bihuan_client.queue import Item, Queue
from bihuan_client.sender import Sender, Watch
from bihuan_client.wire import Wire

__all__ = ["Device", "Item", "Picture", "Place", "Queue", "Sender", "Watch", "Wire"]
