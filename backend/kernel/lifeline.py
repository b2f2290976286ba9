"""Children that do not outlive their parent: otherwise a killed supervisor leaves a server holding the port."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie(*, parent: int) -> None:
    """Ask Linux to end this process when its parent ends; end at once if process `parent` is gone already.

    To be called in the main thread, before the process has begun to serve.
    """
    # a forked child has its parent's handler, which would swallow the signal until the child has one of its own; an orphan
    # that missed it goes on listening on the port beside the server that was started in its stead
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(0)
