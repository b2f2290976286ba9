"""What `manage.py doctor` looks at: each check returns one finding, in words, with how to mend it."""

import ctypes.util
import shutil
import socket
import sqlite3
import struct
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import urlparse

from django.conf import settings
from django.db import DatabaseError, connection

from backend.kernel import calendar, preparation, receipts, sequencer
from backend.kernel.models.job import Job, State

OK, WARNING, FAILURE = "ok", "warning", "failure"
SAFE_SQLITE = (3, 51, 3)
LEAST_FREE = 1024**3
LATE = timedelta(minutes=2)
NTP_PORT, NTP_EPOCH = 123, 2_208_988_800
CJK_FONTS = ("*CJK*", "*wqy*", "*simsun*", "*PingFang*", "*SourceHan*", "*msyh*")


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is ok, warning or failure; `mend` says what to do about the last two."""

    name: str
    state: str
    said: str
    mend: str = ""


def examine(at: datetime) -> list[Finding]:
    """Return every finding at `at`; what needs the database is left out when it cannot be reached."""
    found = [_database(), _sqlite(), _storage(), _disk(), _receipt_key(), _pango(), _font(), _clock(at)]
    if found[0].state == OK:
        found += [_queue(at), _order(at), *_holidays(at)]
        found += [finding for name in settings.FINDINGS for finding in _of_room(name, at)]
    return found


def _of_room(dotted: str, at: datetime) -> list[Finding]:
    """Return what a room says of itself; the kernel knows its name from the settings only."""
    module, _, name = dotted.rpartition(".")
    told: list[Finding] = getattr(import_module(module), name)(at)
    return told


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Finding(
            "database", FAILURE, f"无法连接 / cannot be reached: {error}", "检查 DATABASE_URL 与数据库服务 / check DATABASE_URL"
        )
    if not preparation.migrated():
        return Finding("database", FAILURE, "表结构不是最新 / not migrated", "python manage.py migrate")
    return Finding("database", OK, f"{connection.vendor}, 表结构最新 / migrated")


def _sqlite() -> Finding:
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return Finding("sqlite", OK, sqlite3.sqlite_version)
    return Finding(
        "sqlite", WARNING, f"{sqlite3.sqlite_version} 早于 3.51.3(WAL 缺陷,已用单一检查点进程避开) / is older than 3.51.3",
        "多机或重要数据请用 PostgreSQL / use PostgreSQL beyond one machine",
    )  # fmt: skip


def _storage() -> Finding:
    place = urlparse(settings.STORAGE_URL)
    if place.scheme != "file":
        try:
            socket.create_connection((place.hostname or "", place.port or 443), timeout=3).close()
        except OSError as error:
            return Finding(
                "storage",
                FAILURE,
                f"{place.hostname} 无法连接 / cannot be reached: {error}",
                "检查 STORAGE_URL / check STORAGE_URL",
            )
        return Finding("storage", OK, f"{place.hostname} 可连接 / reachable")
    probe = Path(place.path) / ".doctor"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        return Finding("storage", FAILURE, f"无法写入 / cannot be written: {error}", f"chown/chmod {place.path}")
    return Finding("storage", OK, f"{place.path} 可写 / writable")


def _disk() -> Finding:
    free = shutil.disk_usage(settings.VAR_DIR).free
    said = f"{free / 1024**3:.1f} GiB 可用 / free"
    return Finding("disk", OK, said) if free > LEAST_FREE else Finding("disk", FAILURE, said, "清理或扩容 / make room")


def _receipt_key() -> Finding:
    try:
        receipts.key()
    except (OSError, ValueError) as error:
        return Finding(
            "receipt key", FAILURE, f"不可用 / unusable: {error}", f"恢复备份的 {settings.RECEIPT_KEY_FILE} / restore it"
        )
    if Path(settings.RECEIPT_KEY_FILE).stat().st_mode & 0o077:
        return Finding("receipt key", FAILURE, "他人可读 / readable by others", f"chmod 600 {settings.RECEIPT_KEY_FILE}")
    return Finding("receipt key", OK, receipts.key().key_id)


def _pango() -> Finding:
    if ctypes.util.find_library("pangoft2-1.0"):
        return Finding("pango", OK, "可生成 PDF / PDF can be made")
    return Finding("pango", WARNING, "缺少 Pango,不能生成 PDF / no PDF", "apt-get install libpangoft2-1.0-0 libharfbuzz-subset0")


def _font() -> Finding:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "~/.fonts", "~/.local/share/fonts")
    for folder in (Path(name).expanduser() for name in folders):
        if found := next((file for pattern in CJK_FONTS for file in folder.rglob(pattern) if file.is_file()), None):
            return Finding("font", OK, found.name)
    said = "没有中文字体,自带字体之外的生僻字以代码标出 / no Chinese font: letters that ours lacks are marked by their code"
    return Finding("font", WARNING, said, "apt-get install fonts-wqy-microhei")


def _clock(at: datetime) -> Finding:
    """Compare with a time server where one answers; a machine without one is only warned when its clock is absurd."""
    offset = _ntp_offset_s("127.0.0.1")
    if offset is not None and abs(offset) > 2:
        return Finding(
            "clock",
            FAILURE,
            f"偏差 {offset:.1f} 秒 / off by {offset:.1f} s",
            "启用 chrony 或 systemd-timesyncd / run a time service",
        )
    made = Path(__file__).stat().st_mtime
    if at.timestamp() + 86_400 < made:
        return Finding(
            "clock", FAILURE, f"{at.isoformat()} 早于程序安装时间 / earlier than the installation", "校准系统时间 / set the clock"
        )
    return Finding("clock", OK, at.isoformat())


def _ntp_offset_s(host: str) -> float | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(0.3)
        try:
            line.sendto(b"\x1b" + 47 * b"\0", (host, NTP_PORT))
            answer = line.recv(64)
        except OSError:
            return None
    whole, part = struct.unpack("!II", answer[40:48])
    return float(whole - NTP_EPOCH + part / 2**32 - time.time())


def _queue(at: datetime) -> Finding:
    dead = Job.objects.filter(state=State.DEAD).count()
    oldest = Job.objects.filter(state=State.WAITING, run_at__lte=at).order_by("run_at").values_list("run_at", flat=True).first()
    if dead:
        return Finding("queue", FAILURE, f"{dead} 个任务已失败 / dead jobs", "查明原因后 python manage.py requeue")
    if oldest and at - oldest > LATE:
        return Finding(
            "queue", FAILURE, f"最早的任务已等待 {at - oldest} / oldest waits", "启动 python manage.py work / start a worker"
        )
    return Finding("queue", OK, "无积压 / nothing waits")


def _order(at: datetime) -> Finding:
    waiting, age = sequencer.backlog(at=at)
    if waiting and age > sequencer.LATE:
        return Finding(
            "ledger order", FAILURE, f"{waiting} 条台账待定序,最早的已等待 {age} / entries wait for their leaf, the oldest {age}",
            "启动 python manage.py work,并查看日志 bihuan.sequencer / start a worker, read the log",
        )  # fmt: skip
    return Finding("ledger order", OK, f"{waiting} 条待定序 / entries wait" if waiting else "无积压 / nothing waits")


def _holidays(at: datetime) -> list[Finding]:
    days, today = calendar.current(), calendar.local_day(at)
    supply = "python manage.py calendar_days 文件.csv"
    year = today.year
    if not days.knows(year):
        return [Finding("holidays", FAILURE, f"{year} 年调休安排未知 / not known", supply)]
    if today >= date(year, 12, 1) and not days.knows(year + 1):
        return [Finding("holidays", WARNING, f"{year + 1} 年调休安排未知 / not known yet", supply)]
    return [Finding("holidays", OK, f"{year} 年调休安排已知 / known")]
