"""How the story begins and ends: who is there, what the figures say before and after."""

import time
from collections.abc import Callable
from typing import Any

from demo.cast import CAST, OUBEI, fixed
from demo.firms import A
from demo.journey.run import Run
from demo.journey.steps import Said, expect
from demo.journey.telling import Surprise
from enterprises.policy.words import GRADE_LABELS, Grade

OUBEI_NAME = "瓯北街道"
RATES = {"reported_closed": "上报销号", "verified_closed": "核实销号", "on_time": "按期整改", "still_closed": "未反弹"}
CLOSED = 3  # the general one, the drawn one, the major one
WAIT_S, LOOK_S = 90.0, 1.0
PLAYERS = ("officer_a", "owner_a", "employee_a", "officer_b", "grid_worker", "inspector", "inspector_2", "regulator")


def figures(run: Run) -> dict[str, Any]:
    """Return the grade of A and the closure rates of its town, as the regulator reads them now."""
    firm = run.phone("regulator").get(f"/enterprises/{A.id}")
    rates = run.phone("regulator").get(f"/oversight/closure-rates?region={OUBEI}")
    return {"grade": firm["grade"], "rates": rates["total"] or {}}


def verified(figures: dict[str, Any]) -> int:
    """Return how many hazards count as verified closed."""
    return int((figures["rates"].get("verified_closed") or {}).get("numerator") or 0)


def in_words(figures: dict[str, Any]) -> Said:
    """Return the figures as one line in both languages."""
    rates = {name: figures["rates"].get(name) or {"numerator": 0, "denominator": 0} for name in RATES}
    parts = [f"{RATES[name]} {rate['numerator']}/{rate['denominator']}" for name, rate in rates.items()]
    english = [f"{name.replace('_', ' ')} {rate['numerator']}/{rate['denominator']}" for name, rate in rates.items()]
    return Said(
        f"甲企业{GRADE_LABELS[Grade(figures['grade'])]},{OUBEI_NAME}" + "、".join(parts),
        f"A is {figures['grade']}; {OUBEI}: " + ", ".join(english),
    )


class Opening:
    """Everything is up, everybody logs in."""

    title = Said("准备:服务、公钥、登录", "Getting ready: server, keys, logins")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps = [self.up, self.log_in, self.who, self.look]

    def up(self) -> Said:
        expect("health", {"status": "ok"}, self.run.get("/health/ready"))
        self.run.read_keys()
        return Said(
            f"服务就绪,取得回执公钥 {len(self.run.keys)} 把", f"The server is ready; {len(self.run.keys)} public key(s) read"
        )

    def log_in(self) -> Said:
        for key in PLAYERS:
            self.run.phone(key)
        return Said(
            f"{len(PLAYERS)} 人登录:手机验证码,执法与监管人员加动态口令",
            f"{len(PLAYERS)} people log in by SMS code, officials with a second factor",
        )

    def who(self) -> Said:
        for key in PLAYERS:
            me = self.run.phone(key).get("/me")
            expect(f"/me of {key}", (str(CAST[key].id), CAST[key].role), (me["id"], me["duties"][0]["role"]))
        expect("id of A", fixed("a"), A.id)
        return Said("各人身份与职责无误", "Everybody is who he should be")

    def look(self) -> Said:
        self.run.before = figures(self.run)
        zh, en = in_words(self.run.before)
        return Said(f"动手之前:{zh}", f"Before: {en}")


class Ending:
    """What the people were told, and the figures afterwards."""

    title = Said("结果", "The outcome")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps = [self.list_, self.inbox, self.look]

    def list_(self) -> Said:
        path = f"/hazards?enterprise_id={A.id}&q={self.run.mark}&count=true"
        page = self.run.phone("regulator").get(path)
        seen = {item["status"] for item in page["items"]}
        expect("hazards of this run", (5, {"closed", "awaiting_reinspection", "void"}), (page["count"], seen))
        self.run.phone("officer_b").get(f"/hazards/{page['items'][0]['id']}", expect=(404,))
        return Said(
            "监管干部按条件检索到本次 5 条隐患,状态各如所料",
            "The regulator's list finds the five hazards of this run as they should be",
        )

    def inbox(self) -> Said:
        box = self._until(self._told, "the inbox of the officer tells of the closed hazard")
        latest = list(dict.fromkeys(notice["title"] for notice in box["items"]))[:4]
        return Said(
            f"安全管理员消息箱:未读 {box['unread']} 条,最近:{'、'.join(latest)}",
            f"The officer's inbox: {box['unread']} unread, latest: {', '.join(latest)}",
        )

    def look(self) -> Said:
        self._until(self._counted, f"{CLOSED} more hazards verified closed than {verified(self.run.before)}")
        before, after = in_words(self.run.before), in_words(self._settled())
        return Said(f"之后:{after.zh}(之前:{before.zh})", f"After: {after.en} (before: {before.en})")

    def _told(self) -> Any:
        box = self.run.phone("officer_a").get("/inbox?limit=50")
        told = any(
            (notice["kind"], notice["subject"]["id"]) == ("hazard.countersigned", self.run.closed) for notice in box["items"]
        )
        return box if told else None

    def _counted(self) -> Any:
        now = figures(self.run)
        return now if verified(now) >= verified(self.run.before) + CLOSED else None

    def _settled(self) -> dict[str, Any]:
        """Return the figures once they have stood still for a moment: the last listeners have been heard."""
        last: dict[str, Any] = {}
        for _ in range(int(WAIT_S / LOOK_S)):
            now = figures(self.run)
            if now == last:
                return now
            last = now
            time.sleep(LOOK_S)
        return last

    def _until(self, look: Callable[[], Any], what: str) -> Any:
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            if found := look():
                return found
            time.sleep(LOOK_S / 4)
        raise Surprise("background work", expected=what, came=f"not within {WAIT_S:.0f} s: is a worker running?")
