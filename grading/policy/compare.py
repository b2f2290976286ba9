"""Why another rule gives another grade: what it counts otherwise, bars otherwise, or lets move otherwise. Pure."""

from collections.abc import Iterator
from typing import Any

from grading.policy import words
from grading.policy.course import Look

PLACES = 2
SAID = {
    "score": ("得分 {live} → {draft}", "score {live} → {draft}"),
    "row": ("{name}:{live} 分 → {draft} 分", "{name}: {live} points → {draft} points"),
    "colour": ("按得分和一票否决:{live} → {draft}", "by score and vetoes: {live} → {draft}"),
    "veto_more": ("多一项一票否决:{words}", "one more bar: {words}"),
    "veto_less": ("少一项一票否决:{words}", "one bar less: {words}"),
    "moved": (
        "依据相同,变档的先后不同(滞后分、核查、间隔、县级决定)",
        "the same grounds, but it moved at other times (hysteresis, verification, waiting, decision of the county)",
    ),
}  # fmt: skip


def unlike(live: Look, draft: Look) -> list[dict[str, Any]]:
    """Return what makes two looks at the same facts differ, as plain JSON: scores, factors, vetoes, and how the grade moves."""
    return [*_scores(live, draft), *_rows(live, draft), *_vetoes(live, draft), *_course(live, draft)]


def in_words(line: dict[str, Any], *, english: bool = False) -> str:
    """Return one line of `unlike` as a sentence."""
    told = {name: _said(line.get(name), english=english) for name in ("live", "draft")}
    if "factor" in line:
        told["name"] = _name(line, english=english)
    if "condition" in line:
        told["words"] = words.veto(line["condition"], line["grade_at_best"], english=english)
    return SAID[line["what"]][english].format(**told)


def _said(value: Any, *, english: bool) -> str:
    if isinstance(value, str):
        return words.colour(value, english=english)
    return words.points(value or 0.0)


def _name(line: dict[str, Any], *, english: bool) -> str:
    if line["factor"] in words.FACTORS:
        return words.FACTORS[line["factor"]][english]
    if line["group"] in words.GROUPS:
        group = words.GROUPS[line["group"]][english]
        return f"what does not count of {group}" if english else f"{group}封顶不计"
    return "what lies beyond 0 to 100" if english else "总分在 0 至 100 之间,超出不计"


def _scores(live: Look, draft: Look) -> Iterator[dict[str, Any]]:
    before, after = live.result.score, draft.result.score
    if before is None or after is None:
        return
    if round(before, PLACES) != round(after, PLACES):
        yield {"what": "score", "live": round(before, PLACES), "draft": round(after, PLACES)}


def _rows(live: Look, draft: Look) -> Iterator[dict[str, Any]]:
    sides = [{(row.factor, row.group): row for row in look.result.rows} for look in (live, draft)]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        told = [side.get(key) for side in sides]
        points = [round(row.points, PLACES) if row else 0.0 for row in told]
        counts = [row.count if row else 0 for row in told]
        if points[0] != points[1]:
            yield {
                "what": "row", "factor": key[0], "group": key[1], "live": points[0], "draft": points[1],
                "live_count": counts[0], "draft_count": counts[1],
            }  # fmt: skip


def _vetoes(live: Look, draft: Look) -> Iterator[dict[str, Any]]:
    sides = [{veto.condition: veto for veto in look.result.vetoes} for look in (live, draft)]
    for condition in dict.fromkeys((*sides[0], *sides[1])):
        before, after = sides[0].get(condition), sides[1].get(condition)
        if (before and before.grade_at_best) != (after and after.grade_at_best):
            for what, veto in (("veto_less", before), ("veto_more", after)):
                if veto:
                    yield {"what": what, "condition": condition, "id": veto.id, "grade_at_best": veto.grade_at_best}


def _course(live: Look, draft: Look) -> Iterator[dict[str, Any]]:
    """Tell of the colour that the facts alone give, where it differs, and else of the course where the grades do."""
    if live.result.grade != draft.result.grade:
        yield {"what": "colour", "live": live.result.grade, "draft": draft.result.grade}
    elif live.grade != draft.grade:
        yield {"what": "moved"}
