"""What a strict object store does with a posted form: the signature is computed again and every condition evaluated.

Written from the published rules of POST policies and Signature Version 4; moto believes everything.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

UNNAMED = {"policy", "x-amz-signature", "file"}  # the fields that a policy need not mention


class Refused(Exception):
    """The store does not take the form."""


def signature(policy: str, secret: str, credential: str) -> str:
    """Return Signature Version 4 over the policy as it was sent."""
    _, day, region, service, last = credential.split("/")
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, last):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()


def admit(fields: dict[str, str], data: bytes, *, bucket: str, secret: str, at: datetime) -> str:
    """Return the key under which a strict store keeps `data`. Raises: Refused with the reason."""
    sent = {name.lower(): value for name, value in fields.items()}
    if not hmac.compare_digest(signature(sent["policy"], secret, sent["x-amz-credential"]), sent["x-amz-signature"]):
        raise Refused("signature")
    policy = json.loads(base64.b64decode(sent["policy"]))
    if at >= datetime.strptime(policy["expiration"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC):
        raise Refused("expired")
    named = set()
    for condition in policy["conditions"]:
        rules = [["eq", f"${k}", v] for k, v in condition.items()] if isinstance(condition, dict) else [condition]
        for kind, *rule in rules:
            if kind == "content-length-range":
                if not rule[0] <= len(data) <= rule[1]:
                    raise Refused("length")
                continue
            name = rule[0].removeprefix("$").lower()
            value = bucket if name == "bucket" else sent.get(name, "")
            named.add(name)
            if not (value == rule[1] if kind == "eq" else value.startswith(rule[1])):
                raise Refused(name)
    if strange := set(sent) - named - UNNAMED:
        raise Refused(f"not in the policy: {sorted(strange)}")
    said = sent.get("x-amz-checksum-sha256")
    if said and base64.b64decode(said) != hashlib.sha256(data).digest():
        raise Refused("digest")
    return sent["key"]
