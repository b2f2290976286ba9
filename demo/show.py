"""The demo world as scripts and people read it."""

from typing import Any

from accounts.policy.roles import LABELS
from demo.cast import CAST, Firm, Member
from demo.firms import FIRMS


def as_json() -> dict[str, Any]:
    """Return cast and enterprises in the form of operations.md."""
    return {
        "cast": {key: _member(member) for key, member in CAST.items()},
        "enterprises": {key: _firm(firm) for key, firm in FIRMS.items()},
    }


def _member(member: Member) -> dict[str, str]:
    known = {"id": str(member.id), "name": member.name, "phone": member.phone}
    return known | ({"totp_secret": member.totp_secret} if member.totp_secret else {})


def _firm(firm: Firm) -> dict[str, Any]:
    return {
        "id": str(firm.id), "uscc": firm.uscc, "region": firm.region, "grid": firm.grid, "name": firm.name,
        "latitude": firm.latitude, "longitude": firm.longitude,
    }  # fmt: skip


def lines() -> list[str]:
    """Return the same for people: one line each."""
    people = [
        f"  {key:<18}{m.phone}  {m.name}  {LABELS[m.role]}" + (f"  TOTP {m.totp_secret}" if m.totp_secret else "")
        for key, m in CAST.items()
    ]
    places = [f"  {key:<4}{firm.id}  {firm.uscc}  {firm.name}" for key, firm in FIRMS.items()]
    return ["演示人员 / cast", *people, "演示企业 / enterprises", *places]
