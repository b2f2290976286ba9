"""Connections are asked whether anybody is there, and looking for the listening socket leaves nothing open."""

import os
import socket

import pytest

from backend.kernel import keepalive


@pytest.mark.skipif(not keepalive.FDS.exists(), reason="needs a list of open files")
def test_looking_for_the_listening_socket_opens_nothing_for_good() -> None:
    read, write = os.pipe()
    before = len(list(keepalive.FDS.iterdir()))
    for _ in range(20):
        keepalive.ask_everybody()
    assert len(list(keepalive.FDS.iterdir())) == before
    os.close(read)
    os.close(write)


@pytest.mark.skipif(not keepalive.FDS.exists(), reason="needs a list of open files")
def test_a_listening_socket_is_kept_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        assert keepalive.ask_everybody()
        assert door.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
