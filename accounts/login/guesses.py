"""How often codes are asked for and guessed at: the limits of guarantees.md A.7 for login."""

import logging

from accounts.login import limits
from accounts.login.address import network
from accounts.login.limits import Limit
from accounts.policy import phones

log = logging.getLogger("bihuan.security")
HOUR, DAY, QUARTER = 3600, 24 * 3600, 15 * 60
SEND_NUMBER = (Limit("code-gap", 1, 60), Limit("code-hour", 5, HOUR), Limit("code-day", 10, DAY))
SEND_IP = Limit("code-ip", 10, HOUR)
SEND_NETWORK = Limit("code-net", 30, HOUR)
SEND_ALL = Limit("code-all", 200, HOUR)
HALF = Limit("code-half", 1, HOUR, scaled=False)
WRONG_CODE = Limit("code-wrong", 10, DAY)
CODE_LOCK = Limit("code-lock", 1, DAY, scaled=False)
WRONG_IP = Limit("wrong-ip", 20, QUARTER)
WRONG_FACTOR = Limit("factor-wrong", 5, QUARTER)
FACTOR_LOCKS = Limit("factor-locks", 100, 2 * DAY, scaled=False)
FACTOR_USED = Limit("factor-used", 1, 120, scaled=False)


def wait_to_send(*, phone: str, ip: str) -> int:
    """Count a code asked for, and return 0, or in how many seconds one may be asked for again; nothing is counted then."""
    windows = [
        *((limit, phone) for limit in SEND_NUMBER),
        (SEND_IP, network(ip)),
        (SEND_NETWORK, network(ip, v4=24)),
        (SEND_ALL, ""),
    ]
    wait = max([limits.wait_exactly(limit, key) for limit, key in windows] + [wait_to_guess(phone=phone)])
    if not wait:
        wait = max(0 if limits.take_exactly(limit, key) else limit.seconds for limit, key in windows)
    if wait:
        log.warning("login code refused", extra={"phone": phones.masked(phone), "wait": wait})
    _alarm()
    return wait


def _alarm() -> None:
    half = Limit(SEND_ALL.name + "-alarm", SEND_ALL.amount // 2, SEND_ALL.seconds)
    if not limits.take_exactly(half, "") and limits.take(HALF).ok:
        log.error("half of the hour's login codes are used up", extra={"most": SEND_ALL.most})


def wait_to_guess(*, phone: str) -> int:
    """Return for how many seconds this number is locked after too many wrong codes; 0 if it is not."""
    lock = limits.state(CODE_LOCK, phone)
    return 0 if lock.ok else lock.reset_s


def wait_of_address(*, ip: str) -> int:
    """Return for how many seconds this address may not guess any more; 0 if it may."""
    return limits.wait_exactly(WRONG_IP, network(ip))


def wrong_code(*, phone: str, ip: str) -> None:
    """Count a wrong code; the tenth of a day locks the number for 24 hours."""
    limits.take_exactly(WRONG_IP, network(ip))
    limits.take_exactly(WRONG_CODE, phone)
    if limits.wait_exactly(WRONG_CODE, phone):
        limits.take(CODE_LOCK, phone)
        limits.forget_exactly(WRONG_CODE, phone)
        log.warning("number locked after wrong codes", extra={"phone": phones.masked(phone)})


def wait_for_factor(*, person_id: str) -> int:
    """Return for how many seconds this account's second factor is locked; 0 if it is not."""
    lock = limits.state(_lock(person_id), person_id)
    return 0 if lock.ok else lock.reset_s


def wrong_factor(*, person_id: str, ip: str) -> None:
    """Count a wrong second factor; five in a quarter of an hour lock it for as long, each further time twice as long."""
    limits.take_exactly(WRONG_IP, network(ip))
    limits.take_exactly(WRONG_FACTOR, person_id)
    if limits.wait_exactly(WRONG_FACTOR, person_id):
        limits.take(FACTOR_LOCKS, person_id)
        limits.take(_lock(person_id), person_id)
        limits.forget_exactly(WRONG_FACTOR, person_id)
        log.warning("second factor locked", extra={"person": person_id})


def _lock(person_id: str) -> Limit:
    times = FACTOR_LOCKS.most - limits.state(FACTOR_LOCKS, person_id).left
    return Limit("factor-lock", 1, min(DAY, QUARTER * 2 ** min(10, max(0, times - 1))), scaled=False)


def first_use(*, person_id: str, code: str) -> bool:
    """Return whether this one-time password was not used before, as long as any clock may still take it."""
    return limits.take(FACTOR_USED, person_id, code).ok
