"""Who goes (检查人员): by the type of the visit, which role plans it and which roles may be on it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.policy.roles import Role
from inspections import errors
from inspections.policy.visits import Mode, Type

# the roles of those who go, the strongest first; whoever plans a visit goes himself
ROLES: dict[Type, tuple[Role, ...]] = {
    Type.ADMINISTRATIVE_INSPECTION: (Role.INSPECTOR,),
    Type.GRID_PATROL: (Role.INSPECTOR, Role.GRID_WORKER),
    Type.SERVICE_VISIT: (Role.INSPECTOR, Role.GRID_WORKER, Role.AGENCY),
    Type.REMOTE_CHECK: (Role.INSPECTOR, Role.GRID_WORKER),
}
PLANNERS = frozenset(role for roles in ROLES.values() for role in roles)
# an agency comes by appointment: only officials come unannounced, by lot, on a complaint or to look back
OFFICIAL_MODES = frozenset({Mode.RANDOM, Mode.SPECIAL_CAMPAIGN, Mode.COMPLAINT, Mode.UNANNOUNCED, Mode.LOOK_BACK})
LEAST = {Type.ADMINISTRATIVE_INSPECTION: 2}


@dataclass(frozen=True, slots=True)
class Member:
    """One who goes: his account, the natural person behind it, and the duty by which he may."""

    account: UUID
    person: UUID
    name: str
    role: Role
    duty_id: UUID
    licence_no: str = ""


def check(type_: Type, crew: Sequence[Member]) -> None:
    """Refuse a crew that cannot make such a visit: an administrative inspection needs two different licensed officers.

    Raises: TwoInspectorsRequired, NotQualified.
    Source: 行政处罚法 第四十二条 and 安全生产法 第六十七条, as domain.md §5.4 has them.
    """
    people = {member.person for member in crew}
    if len(people) < LEAST.get(type_, 1):
        raise errors.TwoInspectorsRequired
    if len(people) < len(crew):
        raise errors.NotQualified(detail="同一人不得以两个账号参加检查", detail_en="One person goes once, by one account")


def check_mode(mode: Mode, role: Role, *, drawn: bool) -> None:
    """Refuse a mode that is not this role's, and `random` without a draw. Raises: ModeNotYours."""
    if role == Role.AGENCY and mode in OFFICIAL_MODES:
        raise errors.ModeNotYours
    if (mode == Mode.RANDOM) is not drawn:
        raise errors.ModeNotYours(detail="双随机检查只由抽取产生", detail_en="A random inspection comes out of a draw alone")
