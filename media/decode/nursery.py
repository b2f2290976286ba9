"""The nurseries (孵化进程): idle processes that have loaded the decoder and fork a fenced child for each picture.

Starting Python and Pillow costs as much as decoding a photo; forking costs a millisecond. A nursery reads no picture
itself and knows no secret: it is started with an empty environment, and ends when its worker hangs up.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

# a nursery is put away after so many pictures, so that no two thousand children share one layout of memory
MOST_CHILDREN = 500
# large buffers in huge pages: a child that lives for one picture otherwise spends a sixth of its time on fresh small ones
ENVIRONMENT = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


class Gone(Exception):
    """The nursery itself died or said nothing that can be understood; no fault of the picture."""


class Nursery:
    """One running nursery."""

    def __init__(self, script: Path) -> None:
        self.script, self.owner, self.children = script, os.getpid(), 0
        self.line, theirs = socket.socketpair()
        command = [sys.executable, "-I", "-B", str(script)]
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
                env=ENVIRONMENT, start_new_session=True,
            )  # fmt: skip

    def decode(self, picture: BinaryIO, format: str, *, folder: Path, within_s: float) -> int:
        """Decode one opened picture in `folder` and return the child's exit status. Raises: Gone, TimeoutError."""
        self.children += 1
        self.line.settimeout(within_s)
        told = json.dumps({"format": format, "folder": str(folder.resolve())}).encode()
        try:
            socket.send_fds(self.line, [told], [picture.fileno()])
            return int(self.line.recv(64))
        except TimeoutError:
            raise
        except (OSError, ValueError) as error:
            raise Gone from error

    def end(self) -> None:
        """Kill it and the child it may have, and let go of it."""
        self.line.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Nurseries:
    """The idle nurseries of this process: one per thread that decodes at the same moment."""

    def __init__(self) -> None:
        self._idle: list[Nursery] = []
        self._lock = threading.Lock()

    def decode(self, script: Path, picture: BinaryIO, format: str, *, folder: Path, within_s: float) -> int:
        """Decode in an idle nursery or a new one. Raises: Gone, TimeoutError."""
        nursery = self._taken(script)
        try:
            status = nursery.decode(picture, format, folder=folder, within_s=within_s)
        except BaseException:
            nursery.end()
            raise
        if nursery.children < MOST_CHILDREN:
            with self._lock:
                self._idle.append(nursery)
        else:
            nursery.end()
        return status

    def _taken(self, script: Path) -> Nursery:
        with self._lock:
            # one that was begun by the process we were forked from is not ours to talk to
            self._idle = [nursery for nursery in self._idle if nursery.owner == os.getpid()]
            known = next((nursery for nursery in self._idle if nursery.script == script), None)
            if known is not None:
                self._idle.remove(known)
        if known is not None and known.process.poll() is None:
            return known
        if known is not None:
            known.end()
        return Nursery(script)


nurseries = Nurseries()
