"""What moves grades: ledger entries, the calendar, new policies; and the nightly look whether all of it was right."""

from datetime import datetime
from uuid import UUID

from backend.kernel import jobs, ledger
from grading import notices, notices_of_codes, notices_of_contests, queries
from grading.actions import re_rate, remind, shadow, use_up
from grading.actions import recompute as recomputing
from grading.actions import reconsider as reconsidering
from grading.actions import regrade as regrading
from grading.actions import simulate as simulating
from grading.queries import codes, re_ratings
from notifications.actions.publish import publish


def regrade(*, at: datetime, entry_id: str, **_: object) -> None:
    """Work out the grade of the enterprise that an entry speaks of."""
    regrading.after(UUID(entry_id), at=at)
    if (enterprise_id := re_ratings.of_entry(UUID(entry_id))) is not None:
        re_rate.settle(enterprise_id, at=at)


@jobs.external
def sweep(*, at: datetime, **_: object) -> None:
    """Work out the grades that the calendar may have changed: deadlines, weeks of lateness, ends of windows."""
    regrading.sweep(at=at)


def recompute(*, at: datetime, **_: object) -> None:
    """Begin the nightly recomputation of all grades."""
    recomputing.begin(at=at)


@jobs.external
def recompute_batch(*, at: datetime, run_id: str, after: str, **_: object) -> None:
    """Go on with the next batch."""
    recomputing.batch(UUID(run_id), after=UUID(after), at=at)


def tell(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell the enterprise and its grid worker of a grade that became worse or better, and administrators of a difference."""
    publish(notices.of(queries.entry(UUID(entry_id)), at=at), at=at)


def policy_adopted(*, at: datetime, entry_id: str, **_: object) -> None:
    """Look at everybody again once a new policy of grades is in force."""
    facts = ledger.read(queries.entry(UUID(entry_id)))["facts"]
    if facts.get("kind") == "grading":
        effective = datetime.fromisoformat(facts["effective_from"])
        reconsidering.reconsider(effective_from=effective, after=None, key=entry_id, at=at)
        reconsidering.again(effective_from=effective, after=None, key=f"{entry_id}:all", at=at + queries.LEEWAY)


def reconsider(*, at: datetime, effective_from: str, after: str | None, key: str, **_: object) -> None:
    """Go on with the next batch."""
    last = UUID(after) if after else None
    reconsidering.reconsider(effective_from=datetime.fromisoformat(effective_from), after=last, key=key, at=at)


def forget_used_codes(*, at: datetime, **_: object) -> None:
    """Delete used codes that nobody would take any more anyway."""
    use_up.forget(at=at)


def tell_of_code(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell the enterprise that its printed code was revoked."""
    entry, code = codes.entry(UUID(entry_id))
    publish(notices_of_codes.revoked(entry, code, at=at), at=at)


@jobs.external
def simulate(*, at: datetime, simulation_id: str, after: str, **_: object) -> None:
    """Work out the next batch of a simulation."""
    simulating.go_on(UUID(simulation_id), after=after, at=at)


def begin_shadow_passes(*, at: datetime, **_: object) -> None:
    """Begin the night's pass of every shadow run."""
    shadow.tonight(at=at)


@jobs.external
def look_beside(*, at: datetime, shadow_id: str, pass_at: str, after: str, **_: object) -> None:
    """Look at the next batch of enterprises by the rule of a shadow run."""
    shadow.go_on(UUID(shadow_id), pass_at=datetime.fromisoformat(pass_at), after=after, at=at)


def tell_of_contest(*, at: datetime, entry_id: str, **_: object) -> None:
    """Tell people of what was contested or decided about a grade, in one transaction with this job's end."""
    publish(notices_of_contests.of(queries.entry(UUID(entry_id)), at=at), at=at)


@jobs.external
def remind_of_appeals(*, at: datetime, **_: object) -> None:
    """Tell of appeals whose decision is due or late."""
    remind.sweep(at=at)


@jobs.external
def remind_of_re_ratings(*, at: datetime, **_: object) -> None:
    """Tell of requests for a visit that nobody has met for days."""
    re_rate.sweep(at=at)
