"""What waits to be sent, in one SQLite file; the pictures lie beside it under their digests.

Whatever is in here was on the disk before the user was told "kept". A process may be killed at any point: either an act is
there with all its pictures, or none of it is.
"""

import errno
import json
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihuan_client.errors import ClientError, NoSpace, SomebodyElseSends, Unreadable
from bihuan_client.locks import held

VERSION = 2
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SCHEMA = """
CREATE TABLE item (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('act', 'photo')),
    act TEXT NOT NULL,                    -- hazard, rectification, …; photo
    path TEXT NOT NULL,
    body TEXT NOT NULL,                   -- the JSON as it is sent; of a photo, the fields beside its bytes
    digest TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    media TEXT NOT NULL DEFAULT '',       -- the content type of a photo
    above TEXT NOT NULL DEFAULT '',       -- the id of the item that has to be known to the server first
    account TEXT NOT NULL DEFAULT '',     -- whose it is; '' belongs to the first who logs in
    made_at REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'stopped')),
    tries INTEGER NOT NULL DEFAULT 0,     -- failures since the last progress
    paused_at REAL NOT NULL DEFAULT 0,
    pause_s REAL NOT NULL DEFAULT 0,
    upload TEXT NOT NULL DEFAULT '',      -- where a resumable upload of it lies
    status INTEGER NOT NULL DEFAULT 0,    -- the last answer, 0: none
    code TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    receipt TEXT NOT NULL DEFAULT '',
    done_at REAL
);
CREATE INDEX item_waits ON item (kind, bytes) WHERE state <> 'done';
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
# what the server shows this account, as the feed told it last; since version 2
OBJECTS = """
CREATE TABLE object (
    account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (account, kind, id)
)"""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the queue, as it stands in the table."""

    id: str
    kind: str
    act: str
    path: str
    body: str
    digest: str
    bytes: int
    media: str
    above: str
    account: str
    made_at: float
    state: str
    tries: int
    paused_at: float
    pause_s: float
    upload: str
    status: int
    code: str
    detail: str
    receipt: str
    done_at: float | None

    @property
    def said(self) -> dict[str, Any]:
        """Return the body."""
        body: dict[str, Any] = json.loads(self.body)
        return body

    def due_in(self, now: float) -> float:
        """Return the seconds until it may be tried; after the clock was set back, that is now."""
        return 0.0 if now < self.paused_at else max(0.0, self.paused_at + self.pause_s - now)


class Queue:
    """The queue in `folder`. Safe for several threads and processes; one process at a time sends (`sending`)."""

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.time) -> None:
        self.folder, self.now = folder, now
        self.photos = folder / "photos"
        self._thread = threading.RLock()
        with told():
            self.photos.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._open(folder / "queue.sqlite3")

    def _open(self, path: Path) -> sqlite3.Connection:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # the session is in it: nobody else's business
        file = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        # one file at rest, and its folder synced too when the journal goes
        file.execute("PRAGMA journal_mode=DELETE")
        file.execute("PRAGMA synchronous=EXTRA")
        file.execute("BEGIN IMMEDIATE")
        version = file.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in SCHEMA.split(";\n"):
                file.execute(statement)
        if version < VERSION:
            file.execute(OBJECTS)
            file.execute(f"PRAGMA user_version={VERSION}")
        file.execute("COMMIT")
        if version > VERSION:
            raise Unreadable(path=path, why="made by a newer client")
        return file

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the file within one transaction: all of it is on the disk afterwards, or nothing. Raises: NoSpace, Unreadable."""
        with self._thread, told():
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield self._file
                self._file.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite has rolled back by itself where the disk was full
                    self._file.execute("ROLLBACK")
                raise

    def rows(self, where: str = "1", *values: Any) -> list[Item]:
        """Return the items of a condition, in the order in which they are sent: acts as they were made, then small photos."""
        order = "ORDER BY kind = 'photo', CASE WHEN kind = 'photo' THEN bytes ELSE 0 END, made_at, id"
        with self._thread, told():
            found = self._file.execute(f"SELECT * FROM item WHERE {where} {order}", values).fetchall()  # noqa: S608 - ours
        return [Item(*row) for row in found]

    def get(self, id: str) -> Item | None:
        """Return one item."""
        return next(iter(self.rows("id = ?", id)), None)

    def add(self, items: list[dict[str, Any]], pictures: dict[str, bytes]) -> None:
        """Keep acts and photos with their bytes (by digest), all or none. Raises: NoSpace, Unreadable."""
        with self.writing() as file:
            for digest, picture in pictures.items():
                self._keep(digest, picture)
            for item in items:
                names = ", ".join(item)
                marks = ", ".join("?" * len(item))
                file.execute(f"INSERT INTO item ({names}) VALUES ({marks})", tuple(item.values()))  # noqa: S608 - our columns

    def _keep(self, digest: str, picture: bytes) -> None:
        """Write a picture so that it is whole and on the disk, or not there."""
        path = self.path(digest)
        if path.exists():
            return
        handle, name = tempfile.mkstemp(dir=self.photos, prefix="in-")
        try:
            with os.fdopen(handle, "wb") as into:
                into.write(picture)
                into.flush()
                os.fsync(into.fileno())
            Path(name).replace(path)
            sync(self.photos)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def path(self, digest: str) -> Path:
        """Return where the picture with that digest lies."""
        return self.photos / digest

    def picture(self, item: Item) -> bytes:
        """Return the bytes of a photo. Raises: Unreadable when they are gone."""
        with told():
            return self.path(item.digest).read_bytes()

    def change(self, id: str, **columns: Any) -> None:
        """Set columns of an item that is not done yet."""
        names = ", ".join(f"{name} = ?" for name in columns)
        with self.writing() as file:
            file.execute(f"UPDATE item SET {names} WHERE id = ? AND state <> 'done'", (*columns.values(), id))  # noqa: S608

    def done(self, id: str, receipt: dict[str, str], *, status: int, code: str = "") -> None:
        """Note the receipt, and only then give up the copy."""
        said = json.dumps(receipt, ensure_ascii=False)
        self.change(id, state="done", receipt=said, done_at=self.now(), status=status, code=code, detail="", pause_s=0.0)
        self.sweep()

    def drop(self, id: str) -> bool:
        """Forget an item that is not done, and its copy; return whether there was one."""
        with self.writing() as file:
            gone = file.execute("DELETE FROM item WHERE id = ? AND state <> 'done'", (id,)).rowcount
        self.sweep()
        return bool(gone)

    def sweep(self) -> None:
        """Remove pictures that nothing unproven refers to, and halves that a kill left behind."""
        with self.writing() as file:  # nobody is in the middle of keeping one
            needed = {row[0] for row in file.execute("SELECT digest FROM item WHERE kind = 'photo' AND state <> 'done'")}
            for path in self.photos.iterdir():
                if path.name not in needed:
                    path.unlink(missing_ok=True)

    def read(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query. Raises: Unreadable."""
        with self._thread, told():
            return self._file.execute(query, values).fetchall()

    def kept(self, name: str, default: str = "") -> str:
        """Return a value that was kept."""
        with self._thread, told():
            row = self._file.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def keep(self, **values: str) -> None:
        """Keep values by name."""
        with self.writing() as file:
            for pair in values.items():
                file.execute("INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", pair)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Be the one process that sends. Ends with the process, however that ends. Raises: SomebodyElseSends."""
        with held(self.folder / "sending.lock") as mine:
            if not mine:
                raise SomebodyElseSends
            yield


@contextmanager
def told() -> Iterator[None]:
    """Turn what disk and SQLite say into our own words."""
    try:
        yield
    except ClientError:
        raise
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
        raise (NoSpace if full else Unreadable)(why=str(error)) from error
    except OSError as error:
        raise (NoSpace if error.errno in FULL else Unreadable)(why=str(error)) from error


def sync(folder: Path) -> None:
    """Have the disk keep the names in a folder, where the system lets one ask."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
