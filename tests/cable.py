"""A wire to a server that can be cut, frozen and joined again: real TCP, so that everything above it fails as it would."""

import socket
import threading
from contextlib import suppress


class Cable:
    """Passes bytes on between a port of its own and the real one (or a socket in the file system)."""

    def __init__(self, real: tuple[str, int] | str) -> None:
        self.real = real
        self.port = 0
        self._ends: list[socket.socket] = []
        self._flows = threading.Event()
        self._flows.set()
        self.join()

    def freeze(self) -> None:
        """Pass nothing on any more, and close nothing: what a dead switch looks like."""
        self._flows.clear()

    def thaw(self) -> None:
        self._flows.set()

    def join(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        self.port, self._whole = self._door.getsockname()[1], True
        threading.Thread(target=self._accept, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        self._whole = False
        for end in [self._door, *self._ends]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _accept(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                far = self._far()
                self._ends += [near, far]
                if not self._whole:
                    self.cut()
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _far(self) -> socket.socket:
        if isinstance(self.real, str):
            end = socket.socket(socket.AF_UNIX)
            end.connect(self.real)
            return end
        return socket.create_connection(self.real)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                self._flows.wait()
                target.sendall(piece)
