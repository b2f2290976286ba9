"""Publish (发布等级): write what looks at an enterprise came to: its standing, its grade, a period of history per change."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from typing import Any

from enterprises.actions.grade import set_grade, set_score
from grading import queries
from grading.models import GradePeriod, Standing
from grading.policy import plain
from grading.policy.course import Look
from grading.policy.rows import Row
from grading.policy.standing import Standing as Track
from grading.policy.vetoes import Veto


def publish(row: Standing, looks: Sequence[tuple[Look, str]], *, next_at: datetime | None, at: datetime) -> None:
    """Write the looks at the enterprise of `row`, which is locked, oldest first; `at` is when they are recorded."""
    last = looks[-1][0]
    told = _told(row)
    periods = []
    for look, cause in looks:
        if told is None or look.published != told:
            periods.append((look, period(row, look, cause, at=at)))
            told = look.published
    _keep(row, last, next_at)
    if periods:
        _enter([made for _, made in periods])
        for look, made in periods:
            _tell(row, look, made.cause, at=at)


def settle(row: Standing, look: Look, *, cause: str, at: datetime) -> None:
    """Write the last look of a corrected course; its periods have been written."""
    known = (look.next_at, queries.next_policy(at))
    _keep(row, look, min((instant for instant in known if instant), default=None))
    _tell(row, look, cause, at=at)


def track_from(said: dict[str, Any]) -> Track:
    """Return the stepped track that `track_as_plain` wrote."""
    instants = {name: said[name] and datetime.fromisoformat(said[name]) for name in ("improved_at", "worsened_at")}
    return Track(said["stepped"], **instants)


def _tell(row: Standing, look: Look, cause: str, *, at: datetime) -> None:
    """Write a published grade to the enterprise's row."""
    columns: dict[str, Any] = {"score": look.result.score, "policy_version": look.version, "as_of": look.at}
    if look.grade == row.enterprise.grade:
        set_score(enterprise_id=row.enterprise_id, **columns)
    else:
        set_grade(enterprise_id=row.enterprise_id, grade=look.grade, cause=cause, at=at, **columns)
        row.enterprise.grade = look.grade


def _told(row: Standing) -> tuple[object, ...] | None:
    """Return what was published last, as Look.published has it; None if nothing ever was."""
    if row.policy_version is None:
        return None
    enterprise = row.enterprise
    return enterprise.grade, enterprise.score, condition_names(row), row.policy_version


def condition_names(row: Standing) -> tuple[str, ...]:
    """Return the names of the vetoes that were published."""
    return tuple(veto["condition"] for veto in row.vetoes)


def period(row: Standing, look: Look, cause: str, *, at: datetime) -> GradePeriod:
    """Return a period of history that begins with a look; it is not saved."""
    return GradePeriod(
        enterprise_id=row.enterprise_id, valid_from=look.at, grade=look.grade, score=look.result.score, cause=cause,
        policy_version=look.version, rows=lines(look.result.rows), vetoes=lines(look.result.vetoes),
        facts=plain.as_plain(look.facts), standing=track_as_plain(look.standing), recorded_at=at,
    )  # fmt: skip


def track_as_plain(track: Track) -> dict[str, Any]:
    """Return the stepped track as JSON."""
    instants = {name: getattr(track, name) for name in ("improved_at", "worsened_at")}
    return {"stepped": track.stepped, **{name: plain.instant(at) if at else None for name, at in instants.items()}}


def lines(found: Sequence[Row | Veto]) -> list[dict[str, Any]]:
    """Return the lines of an explanation as JSON."""
    return [{**asdict(line), "evidence": [str(id) for id in line.evidence]} for line in found]


def _enter(periods: Sequence[GradePeriod]) -> None:
    """Close the period that is open and begin the next ones, each where the one before it ends."""
    first, enterprise_id = periods[0], periods[0].enterprise_id
    still = GradePeriod.objects.filter(enterprise_id=enterprise_id, valid_to=None, superseded_at=None)
    still.update(valid_to=first.valid_from)
    for one, following in pairwise(periods):
        one.valid_to = following.valid_from
    if len(periods) == 1:
        first.save(force_insert=True)  # spares the savepoint of a bulk
    else:
        GradePeriod.objects.bulk_create(periods)


def _keep(row: Standing, last: Look, next_at: datetime | None) -> None:
    row.stepped, row.improved_at, row.worsened_at = last.standing.stepped, last.standing.improved_at, last.standing.worsened_at
    row.facts = plain.as_plain(last.facts)
    row.rows, row.vetoes = lines(last.result.rows), lines(last.result.vetoes)
    row.policy_version, row.graded_at, row.next_at = last.version, last.at, next_at
    row.save(
        update_fields=[
            "stepped", "improved_at", "worsened_at", "facts", "rows", "vetoes", "policy_version", "graded_at", "next_at",
        ]
    )  # fmt: skip
