"""Connections are asked now and then whether anybody is still there.

A phone that lost its network in mid-sentence holds a connection and what it has sent; half a minute later it is known
to be gone. The server makes its listening socket itself and offers no setting; connections inherit what is set on it.
"""

import logging
import os
import socket
import stat
import threading
import time
from contextlib import suppress
from pathlib import Path

log = logging.getLogger("bihuan.serve")
OPTIONS = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}
FDS = Path("/dev/fd")
FIND_S, LOOK_S = 60.0, 0.1


def soon() -> None:
    """Set it as soon as this process listens, in a thread of its own; called as the application is loaded."""
    threading.Thread(target=_until_found, name="keepalive", daemon=True).start()


def _until_found() -> None:
    deadline = time.monotonic() + FIND_S
    while time.monotonic() < deadline:
        if ask_everybody():
            return
        time.sleep(LOOK_S)
    log.warning("no listening socket found to keep alive")


def ask_everybody() -> bool:
    """Set keepalive on every listening TCP socket of this process and return whether there was one."""
    found = False
    for name in FDS.iterdir() if FDS.exists() else ():
        with suppress(OSError):
            # told which ones are sockets first: a copy of anything else would be made and never closed
            if stat.S_ISSOCK(os.fstat(int(name.name)).st_mode):
                found |= _kept_alive(int(name.name))
    return found


def _kept_alive(file: int) -> bool:
    with socket.socket(fileno=os.dup(file)) as end:
        listens = end.family in (socket.AF_INET, socket.AF_INET6) and end.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        if listens:
            _set(end)
        return bool(listens)


def _set(listening: socket.socket) -> None:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in OPTIONS.items():
        if hasattr(socket, name):
            listening.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
