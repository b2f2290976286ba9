"""Work a published grade (docs/adr/0033) out again: check_grade.py < answer of GET /enterprises/{id}/safety-code/facts."""

import json
import math
import sys
from datetime import datetime, timedelta
from typing import Any

COLOURS, DAY, T = ["green", "blue", "yellow", "orange", "red"], timedelta(days=1), datetime.fromisoformat
VETO = {"stop_order": "stop_order", "dishonesty_listed": "dishonesty", "unlicensed": "unlicensed"}


def of_hazard(h: Any, rule: Any, at: datetime, take: Any, bar: Any) -> None:
    due, done, closed = (h[k] and T(h[k]) for k in ("due_at", "submitted_at", "closed_at"))
    over = h["status"] == "closed" and not (closed and at < closed)
    is_open = h["status"] in ("rectifying", "awaiting_reinspection") or (h["status"] == "closed" and not over)
    turn = h["status"] == "rectifying" or bool(is_open and done and at < done)
    late, handed, major = bool(due and due <= at and turn), at if turn else done, h["level"] == "major"
    own, fs = h["self_found"] and (not due or bool(handed and handed < due)), rule["factors"]
    free = rule["spared"] if own else []
    price = fs[name := "open_major" if major else "overdue_general" if late else "open_general"]["points"]
    if late and not major:
        price = min(price + fs[name]["per_week"] * max(1, math.ceil((at - due) / (7 * DAY))), fs[name]["most_each"])
    take(name, h["id"], price, is_open and "open" not in free)
    happened = [("recurrence", h["since"])] * h["recurrence"] + [(x["kind"], x["at"]) for x in h["lapses"]]
    for kind, then in happened:
        fresh = T(then) <= at < T(then) + DAY * (fs[kind]["window_days"] or rule["window_days"])
        take(kind, h["id"], fs[kind]["points"], fresh and kind not in free and h["status"] != "void")
    new = major and over and own and closed and closed <= at < closed + DAY * rule["window_days"]
    take("major_reported", h["id"], fs["major_reported"]["points"], new)
    for name, hold in (("major_open", True), ("major_listed", h["listed"]), ("major_overdue", late)):
        bar(name, h["id"], is_open and major and hold)
    bar("stop_order", h["id"], is_open and h["stop_work"] and "stop_order" not in free)


def of_fact(f: Any, rule: Any, at: datetime, take: Any, bar: Any) -> None:
    kind, fs, vetoes, start, end = f["kind"], rule["factors"], rule["vetoes"], T(f["from"]), f["to"] and T(f["to"])
    holds, least = start <= at and (not end or at < end), start + DAY * vetoes["obstruction"]["days"]
    near, far = (start <= at < start + DAY * vetoes[name]["days"] for name in ("fatal_recent", "fatal_past"))
    if kind in ("risk_level", "standardisation"):
        take(kind, f["id"], fs[kind][f["code"] if kind == "risk_level" else "level_" + f["code"]], holds)
    elif kind in fs:  # what has happened counts for a window, what holds as long as it holds
        recent = start <= at < start + DAY * (fs[kind].get("window_days") or rule["window_days"])
        take(kind, f["id"], fs[kind]["points"], recent if "window_days" in fs[kind] else holds)
    bar("fatal_recent" if near else "fatal_past", f["id"], kind == "fatal_accident" and (near or far))
    ends = max(least, end) if end and kind == "obstruction" else least
    bar("obstruction", f["id"], kind in ("obstruction", "false_report") and start <= at < ends)
    bar(VETO.get(kind, "unlicensed"), f["id"], kind in VETO and holds)


def check(told: Any) -> tuple[float, str]:
    found, barred, rule, facts, at = dict[str, Any](), list[str](), told["document"], told["facts"], T(told["as_of"])
    fs, struck = rule["factors"], {(s["factor"], s["evidence"]) for s in facts["strikes"]}
    keep: Any = lambda name, id: not {(name, id), ("", id)} & struck  # noqa: E731
    take = lambda name, id, points, hold: found.setdefault(name, []).extend([points] * bool(hold and keep(name, id)))  # noqa: E731
    bar = lambda name, id, hold: barred.extend([rule["vetoes"][name]["grade_at_best"]] * bool(hold and keep(name, id)))  # noqa: E731
    for part, row in [(of_hazard, h) for h in facts["hazards"]] + [(of_fact, f) for f in facts["facts"]]:
        part(row, rule, at, take, bar)
    share, silent, missing = 0.0, 0, fs["self_check_missing"]
    for n, p in enumerate(sorted(facts["self_checks"], key=lambda p: (T(p["due_at"]), p["ids"]), reverse=True)):
        missed, late = (sum(keep("self_check_missing", id) for id in p[x]) for x in ("missed", "late"))
        silent, share = silent + (silent == n and missed == len(p["ids"])), share + (
            (missed + missing["late"] * late) / len(p["ids"]) if n < missing["periods"] else 0.0)  # fmt: skip
    found["self_check_missing"] = [missing["points"] * share / missing["periods"]]
    barred += [rule["vetoes"]["self_check_three" if silent >= 3 else "self_check_two"]["grade_at_best"]] * (silent >= 2)
    sums = dict.fromkeys(rule["groups"], 0.0)
    for name, prices in found.items():
        total = max([0, *prices]) if name in ("risk_level", "standardisation") else math.fsum(prices)
        sums[fs[name]["group"]] += min(total, fs[name]["most"]) if fs[name].get("most") is not None else total
    capped = {name: min(total, rule["groups"][name]["cap"]) for name, total in sums.items()}
    score = min(100, max(0, round(100 + 2 * capped["bonus"] - math.fsum(capped.values()), 6)))
    by_hand = [o for o in facts["overrides"] if T(o["at"]) <= at < T(o["until"])]
    own = max(by_hand, key=lambda o: (o["at"], o["id"]))["grade"] if by_hand else told["standing"]["stepped"]
    return score, max([own, *barred], key=lambda colour: [*COLOURS, "grey"].index(colour) % 5)


if __name__ == "__main__":
    answer = json.load(sys.stdin)
    print("published", answer["score"], answer["grade"], "worked out", *check(answer))
    sys.exit(check(answer) != (answer["score"], answer["grade"]))
