"""Where a request comes from, through exactly as many proxies as are trusted."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - a value that stands for no address, nothing listens on it


def of(request: HttpRequest) -> str:
    """Return the client's IP address: the peer's, or what the outermost trusted proxy wrote into X-Forwarded-For.

    Only the last TRUSTED_PROXIES entries were written by proxies of ours; whatever stands before them is hearsay.
    """
    hops = settings.TRUSTED_PROXIES
    heard = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    told = heard[-hops] if hops and len(heard) >= hops else request.META.get("REMOTE_ADDR", "")
    return _clean(told) or _clean(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def _clean(text: str) -> str:
    bare = text.strip().removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def network(ip: str, *, v4: int = 32) -> str:
    """Return what limits are keyed by: the IPv4 address (or its /24 with `v4=24`), the /64 of an IPv6 address."""
    width = 64 if ":" in ip else v4
    return str(ipaddress.ip_network(f"{ip}/{width}", strict=False))
