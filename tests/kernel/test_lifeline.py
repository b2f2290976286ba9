"""A child ends with its parent, also one that was forked by a server whose handler for SIGTERM it still has."""

import os
import signal
import subprocess
import sys
import time

FORKS = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: None)
server = os.getpid()
if os.fork():
    time.sleep(60)
from backend.kernel import lifeline
lifeline.tie(parent=server)
print(os.getpid(), flush=True)
time.sleep(60)
"""


def _gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_child_that_still_has_its_parents_handler_does_not_outlive_it():
    parent = subprocess.Popen([sys.executable, "-c", FORKS], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait(10)
    gone = _gone(child)
    if not gone:
        os.kill(child, signal.SIGKILL)
    assert gone
