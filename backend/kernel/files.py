"""Small files that are made once and for ever: keys of this installation."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_once(path: Path, data: bytes) -> None:
    """Write `data` to `path` (mode 0600) unless it is there; whole or not at all, whoever is killed in between.

    Of two starters at once the first one's data stays. Raises: OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as out:
        made = Path(out.name)
        try:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(made)
        finally:
            made.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
