"""Loading cast and enterprises: short transactions, each complete, so that a second loader or a second start goes on.

Every step looks for what is there before it writes, under the lock of the one World row.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from accounts import queries as accounts
from accounts.actions import duties, people, regions
from accounts.actions.duties import Grant
from accounts.models import Person, Region
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE
from backend.kernel import idempotency, ledger
from demo import firms
from demo import people as invented
from demo.cast import CAST, LONGGANG, Firm, Member, fixed
from demo.models import World
from demo.people import Extra
from enterprises.actions.register import register
from enterprises.models import Enterprise
from enterprises.policy.profile import Contact, Profile, Site

ENTERPRISES, DAYS = 260, 120
SINCE = timedelta(days=400)
CHUNK = 8
T = TypeVar("T")


def _quiet(line: str) -> None:
    """Say nothing."""


def world() -> World | None:
    """Return the demo world of this database, or None while there is none."""
    return World.objects.first()


def load(*, at: datetime, enterprises: int = ENTERPRISES, days: int = DAYS, say: Callable[[str], None] = _quiet) -> World:
    """Load cast and enterprises, or what is missing of them, and return the world; a loaded one is left alone.

    `at` dates the world if it is new: people and enterprises have been there for 400 days. `say` hears how far it is.
    """
    found = world()
    if found is not None and found.loaded_at is not None:
        return found
    made, _ = World.objects.get_or_create(id=1, defaults={"began_at": at, "enterprises": enterprises, "days": days})
    since = made.began_at - SINCE
    with _locked():
        regions.load(at=since)
        for code, name, town in firms.grids():
            regions.add_grid(code=code, name=name, parent_code=town.code)
    say("区划与网格 / regions and grids")
    officials: list[Member | Extra] = [m for m in CAST.values() if m.role not in BOUND_TO_ENTERPRISE]
    _each([*officials, *invented.officials()], lambda someone: _enrol(someone, since))
    say("监管人员 / officials")
    _each([*firms.FIRMS], lambda key: _cast_firm(key, since))
    extras = list(enumerate(firms.others(made.enterprises), start=1))
    _each(extras, lambda pair: _other_firm(*pair, since), say=say)
    with _locked() as locked:
        if locked.loaded_at is None:
            locked.loaded_at = at
            locked.save(update_fields=["loaded_at"])
        return locked


@contextmanager
def _locked() -> Iterator[World]:
    with transaction.atomic():
        yield World.objects.select_for_update().get(id=1)


def _each(things: Sequence[T], do: Callable[[T], None], *, say: Callable[[str], None] = _quiet) -> None:
    for start in range(0, len(things), CHUNK):
        with _locked() as world:
            if world.loaded_at is not None:
                return
            for thing in things[start : start + CHUNK]:
                do(thing)
        if start // 80 != (start + CHUNK) // 80:
            say(f"企业 / enterprises {min(start + CHUNK, len(things))}/{len(things)}")


def _enrol(someone: Member | Extra, since: datetime) -> None:
    if Person.objects.filter(id=someone.id).exists():
        return
    person = people.enrol(phone=someone.phone, name=someone.name, signer=ledger.SYSTEM, at=since, id=someone.id)
    duties.grant(wanted=_grant(someone), signer=ledger.SYSTEM, at=since, id=fixed(f"duty-{someone.id}"))
    if isinstance(someone, Member) and someone.totp_secret:
        TOTP.activate(person, someone.totp_secret)


def _grant(someone: Member | Extra) -> Grant:
    if isinstance(someone, Extra):
        return Grant(someone.id, someone.role, someone.enterprise_id, someone.region, someone.licence_no)
    if someone.role in BOUND_TO_ENTERPRISE:
        return Grant(someone.id, someone.role, firms.FIRMS[someone.scope].id)
    return Grant(someone.id, someone.role, None, someone.scope, someone.licence_no)


def _cast_firm(key: str, since: datetime) -> None:
    firm = firms.FIRMS[key]
    members: list[Member | Extra] = [m for m in CAST.values() if m.role in BOUND_TO_ENTERPRISE and m.scope == key]
    if key == "c":
        members.append(invented.owner(firm, 0))
    _register(firm, members, since)


def _other_firm(number: int, firm: Firm, since: datetime) -> None:
    _register(firm, [invented.owner(firm, number), invented.officer(firm, number)], since)


def _register(firm: Firm, members: list[Member | Extra], since: datetime) -> None:
    if Enterprise.objects.filter(id=firm.id).exists():
        return
    actor = _registrar(firm.region, since)
    got = idempotency.received(
        id=firm.id, kind="enterprise", route="demo", path_ids={}, content={"demo": firm.name}, actor_id=actor.id, at=since,
    )  # fmt: skip
    boss = members[0]
    profile = Profile(
        name=firm.name, uscc=firm.uscc, industry=firm.industry, region=firm.region, grid=firm.grid, address=firm.address,
        location=Site(firm.latitude, firm.longitude), size_class=firm.size_class, risk=firm.risk,
        risk_features=firm.risk_features, contacts=(Contact(boss.name, boss.phone, "主要负责人"),),
    )  # fmt: skip
    register(profile=profile, received=got, actor=actor, at=since)
    for someone in members:
        _enrol(someone, since)


def _registrar(region: str, since: datetime) -> Actor:
    """Return the regulator of the county, who registers its enterprises."""
    key: UUID = fixed("regulator_far") if Region.objects.get(code=region).county == LONGGANG else CAST["regulator"].id
    return accounts.actor_of(Person.objects.get(id=key), at=since, strong=True, stepped_up_at=since)
