"""What is registered of an enterprise, and how each part of it is checked against standards and catalogue."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.errors import PhoneInvalid
from accounts.policy import phones
from backend.kernel import coordinates
from enterprises.policy import industries, uscc


@dataclass(frozen=True, slots=True)
class Site:
    """Where something is, as it was sent: degrees in `crs`, accuracy in metres."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None
    crs: str = "wgs84"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call; `role` is free words (班组长, 电工)."""

    name: str
    phone: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody said of an enterprise, not yet checked."""

    name: str = ""
    industry: str = ""
    region: str = ""
    grid: str = ""
    uscc: str | None = None
    address: str = ""
    location: Site | None = None
    size_class: str = ""
    risk: str = ""
    risk_features: Sequence[str] = ()
    contacts: Sequence[Contact] = field(default_factory=tuple)
    status: str = "active"


Columns = dict[str, Any]
_COLUMNS: dict[str, Callable[[Profile], Columns]] = {
    "uscc": lambda said: {"uscc": uscc.checked(said.uscc) if said.uscc else None},
    "name": lambda said: {"name": said.name.strip()},
    "address": lambda said: {"address": said.address.strip()},
    "size_class": lambda said: {"size_class": said.size_class},
    "risk": lambda said: {"risk": said.risk},
    "risk_features": lambda said: {"risk_features": sorted(set(said.risk_features))},
    "contacts": lambda said: {"contacts": _contacts(said.contacts)},
    "location": lambda said: _location(said.location),
    "status": lambda said: {"status": said.status},
}
EVERYTHING = frozenset({*_COLUMNS, "industry"})


def columns(said: Profile, named: Collection[str], *, divisions: Collection[str]) -> Columns:
    """Return the checked columns for the `named` members of a profile, the place excepted.

    Raises: BadUscc, BadIndustry, PhoneInvalid.
    """
    found: Columns = {}
    for member in sorted(named & _COLUMNS.keys()):
        found |= _COLUMNS[member](said)
    if "industry" in named:
        found["industry"] = industries.checked(said.industry, divisions)
    return found


def _location(site: Site | None) -> Columns:
    if site is None:
        return {"latitude": None, "longitude": None, "location": None}
    latitude, longitude = coordinates.to_wgs84(site.latitude, site.longitude, site.crs)
    sent = {"latitude": site.latitude, "longitude": site.longitude, "accuracy_m": site.accuracy_m, "crs": site.crs}
    return {"latitude": latitude, "longitude": longitude, "location": sent}


def _contacts(people: Sequence[Contact]) -> list[dict[str, str]]:
    return [
        {"name": c.name.strip(), "phone": _phone(c.phone, f"contacts.{n}.phone"), "role": c.role.strip()}
        for n, c in enumerate(people)
    ]


def _phone(text: str, field: str) -> str:
    try:
        return phones.contact(text)
    except PhoneInvalid as error:
        raise PhoneInvalid(errors=[{"field": field, "code": error.code, "message": "not a number one can call"}]) from error
