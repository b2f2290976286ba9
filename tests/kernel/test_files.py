"""A key file is there whole or not at all, and of two starters one wins."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.kernel import files


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    files.write_once(tmp_path / "key", b"first")
    files.write_once(tmp_path / "key", b"second")
    assert (tmp_path / "key").read_bytes() == b"first"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_starter_that_dies_while_writing_leaves_no_half_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(handle: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as disk, pytest.raises(KeyboardInterrupt):
        disk.setattr(files.os, "fsync", dies)
        files.write_once(tmp_path / "key", b"half")
    assert list(tmp_path.iterdir()) == []
    files.write_once(tmp_path / "key", b"whole")
    assert (tmp_path / "key").read_bytes() == b"whole"


def test_of_many_starters_all_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "key"

    def start(n: int) -> bytes:
        files.write_once(path, b"%d" % n)
        return path.read_bytes()

    with ThreadPoolExecutor(8) as starters:
        assert len(set(starters.map(start, range(40)))) == 1
    assert list(path.parent.iterdir()) == [path]
