"""What the command `bihuan` takes."""

import argparse
import json
import os
from datetime import datetime
from pathlib import Path

from bihuan_client.fieldwork import OPENED

RESULTS = ("ok", "problem", "not_applicable")
SOURCES = (
    "self_inspection", "snapshot", "agency", "grid_patrol", "inspection", "remote_check", "campaign", "public_report",
)  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """Return the parser; `command` names the method of `cli.Command`."""
    top = argparse.ArgumentParser(
        prog="bihuan", description="闭环:随手拍、整改、离线补传 / report and rectify, also without a network"
    )
    top.add_argument("--folder", type=Path, help="队列所在文件夹,默认 ~/.bihuan 或 BIHUAN_HOME / where the queue lies")
    top.add_argument("--server", help="服务地址,登录后记住 / the server; kept after a login (BIHUAN_SERVER)")
    top.add_argument("--lang", choices=["zh", "en"], default=_language(), help="语言 / language")
    top.add_argument("--save-data", action="store_true", help="省流量 / ask for small pictures")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _accounts(commands)
    _acts(commands)
    _sending(commands)
    return top


def _language() -> str:
    return "en" if os.environ.get("BIHUAN_LANG") == "en" else "zh"


def _accounts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    login = commands.add_parser("login", help="登录 / log in by phone and code, or with a session token")
    login.add_argument("--phone")
    login.add_argument("--token", help="已有会话(manage.py token)/ a session made elsewhere")
    commands.add_parser("step-up", help="二次验证 / confirm the second factor anew")
    commands.add_parser("logout", help="退出,队列保留 / log out, the queue stays")


def _acts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    report = commands.add_parser("report", help="上报隐患 / report a hazard")
    report.add_argument("photos", nargs="*", type=Path)
    report.add_argument("--enterprise", required=True, metavar="ID")
    report.add_argument("--category", required=True, metavar="CODE")
    report.add_argument("--place", required=True)
    for name in ("--description", "--title", "--related-to"):
        report.add_argument(name)
    report.add_argument("--source", choices=SOURCES, default="snapshot")
    report.add_argument("--level", choices=["general", "major"])
    report.add_argument("--found-at", type=_instant)
    rectify = commands.add_parser("rectify", help="提交整改 / hand in a rectification")
    rectify.add_argument("hazard", metavar="HAZARD")
    rectify.add_argument("photos", nargs="+", type=Path)
    rectify.add_argument("--measures", required=True)
    rectify.add_argument("--responsible", required=True)
    rectify.add_argument("--finished-at", type=_instant)
    rectify.add_argument("--cost", type=int, metavar="CNY")
    rectify.add_argument("--note")
    act = commands.add_parser("act", help='其他动作 / any other act: bihuan act HAZARD withdrawal --json \'{"note": "…"}\'')
    act.add_argument("subject", metavar="ID", help="隐患、检查、自查、文书 / of the hazard, visit, self-inspection, document")
    act.add_argument("kind", metavar="KIND", help="verification, reinspection, check_in, finding, check_out, …")
    act.add_argument("photos", nargs="*", type=Path)
    act.add_argument("--json", type=_object, default="{}")
    for one in (report, rectify, act, *_fieldwork(commands)):
        _beside(one)


def _fieldwork(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> list[argparse.ArgumentParser]:
    plan = commands.add_parser("open", help="新建检查、逢事自查、文书 / make a visit, a self-inspection on occasion, a document")
    plan.add_argument("kind", choices=sorted(OPENED))
    plan.add_argument("--json", type=_object, required=True)
    answer = commands.add_parser("answer", help="填写检查表 / answer items: bihuan answer ID EL-01=ok EL-02=problem:门锁坏")
    answer.add_argument("subject", metavar="SELF-INSPECTION")
    answer.add_argument("items", nargs="+", type=_item, metavar="CODE=RESULT[:NOTE]")
    answer.add_argument("--photo", dest="taken", action="append", default=[], type=_photo_of, metavar="CODE=FILE")
    answer.add_argument("--visit", action="store_true", help="是检查,不是自查 / ID is a visit's")
    submit = commands.add_parser("submit", help="提交自查 / hand in a self-inspection")
    submit.add_argument("subject", metavar="SELF-INSPECTION")
    submit.add_argument("--statement", required=True)
    submit.add_argument("--signature", type=Path)
    return [plan, answer, submit]


def _item(text: str) -> tuple[str, dict[str, str]]:
    """Return code and answer of `CODE=RESULT[:NOTE]`."""
    code, _, said = text.partition("=")
    result, _, note = said.partition(":")
    if not code or result not in RESULTS:
        raise argparse.ArgumentTypeError(f"CODE={'|'.join(RESULTS)}[:NOTE]")
    return code, {"result": result, **({"note": note} if note else {})}


def _photo_of(text: str) -> tuple[str, Path]:
    code, found, path = text.partition("=")
    if not (code and found and path):
        raise argparse.ArgumentTypeError("CODE=FILE")
    return code, Path(path)


def _beside(one: argparse.ArgumentParser) -> None:
    for name in ("--lat", "--lon", "--accuracy"):
        one.add_argument(name, type=float)
    one.add_argument("--crs", choices=["wgs84", "gcj02", "bd09"], default="wgs84")
    one.add_argument("--taken-at", type=_instant, help="照片拍摄时间 / when the photos were taken")
    one.add_argument("--no-send", action="store_true", help="只存不发 / keep it, send later")
    _patience(one)


def _sending(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _patience(commands.add_parser("send", help="发送队列 / send what waits"))
    _patience(commands.add_parser("sync", help="发送并核对服务器还缺什么 / send, then ask what the server still expects"))
    status = commands.add_parser("status", help="概况 / how things stand")
    status.add_argument("--json", action="store_true")
    queue = commands.add_parser("queue", help="逐件列出 / list the queue")
    queue.add_argument("--json", action="store_true")
    queue.add_argument("--all", action="store_true", help="含已收妥的 / what is received too, with receipts")
    retry = commands.add_parser("retry", help="重新排队 / queue again what was not accepted")
    retry.add_argument("id", nargs="?", default="")
    retry.add_argument("--all", action="store_true")
    drop = commands.add_parser("drop", help="放弃一件 / give up one item for good")
    drop.add_argument("id")
    drop.add_argument("--yes", action="store_true")
    commands.add_parser("changes", help="上次以来的变化 / what changed since the last call, a line of JSON each")
    commands.add_parser("due", help="待做的自查(上次 changes 时)/ self-inspections that wait, without a network")
    commands.add_parser("held", help="本机所存 / what the last changes left here: bihuan held inspection").add_argument("kind")
    commands.add_parser("get", help="读接口 / read: bihuan get /hazards?mine=true").add_argument("path")


def _patience(one: argparse.ArgumentParser) -> None:
    one.add_argument("--patience", type=float, metavar="SECONDS", help="最多试多久,默认直到发完 / how long to go on")


def _instant(text: str) -> datetime:
    """Return an instant; one without offset is in the zone of this device."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.astimezone()


def _object(text: str) -> str:
    if not isinstance(json.loads(text), dict):
        raise argparse.ArgumentTypeError("not a JSON object")
    return text
