"""SMS through an HTTP gateway (`http://…`, `https://…`): signed JSON, the message id as its idempotency key.

    POST SMS_URL
    Content-Type: application/json
    Idempotency-Key: <message id>                  the same on every try; the gateway sends it once
    X-Bihuan-Timestamp: <seconds since 1970>
    X-Bihuan-Signature: sha256=<hex of HMAC-SHA256(SMS_SECRET, timestamp + "." + body)>
    {"id": …, "to": "+86…", "text": …, "code": "123456"|null, "at": …}

2xx and 409 (known already) count as taken; 408, 425, 429 and 5xx are tried again, any other 4xx is final.
"""

import hashlib
import hmac
import json
import ssl
import time
from functools import lru_cache
from urllib.parse import urlsplit

import httpx

from notifications.channels import Envelope, Gate, Refused, Unreached

SCHEMES = ("http", "https")
MOST_ANSWER = 64 * 1024
AGAIN = {408, 425, 429}


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return the value of X-Bihuan-Signature, which a gateway computes again to trust the message."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def send(envelope: Envelope, gate: Gate) -> str:
    """Post one message and return the gateway's id for it ("" if it gives none).

    Raises: Unreached (network, timeout, 408, 425, 429, 5xx, a redirect), Refused (any other 4xx).
    """
    message = {"id": str(envelope.id), "to": envelope.to, "text": envelope.text, "code": envelope.code, "at": envelope.at}
    body = json.dumps(message, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(envelope.id),
        "X-Bihuan-Timestamp": str(envelope.timestamp),
        "X-Bihuan-Signature": signature(gate.secret, envelope.timestamp, body),
    }
    try:
        with (
            httpx.Client(timeout=gate.timeout, trust_env=False, follow_redirects=False, verify=_trust()) as client,
            client.stream("POST", gate.url, content=body, headers=headers) as reply,
        ):
            return _taken(reply, until=time.monotonic() + gate.timeout)
    except httpx.HTTPError as error:
        # the gateway's address is configuration; what it was sent must not reach a log
        raise Unreached(f"{type(error).__name__} from {urlsplit(gate.url).hostname}") from None


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Return the certificates that are trusted; reading them anew would cost every message 40 ms."""
    return httpx.create_ssl_context(trust_env=False)


def _taken(reply: httpx.Response, *, until: float) -> str:
    status = reply.status_code
    if status in AGAIN or status >= 500 or 300 <= status < 400:
        raise Unreached(f"HTTP {status}")
    if status >= 400 and status != 409:
        raise Refused(f"HTTP {status}")
    read = b""
    for chunk in reply.iter_bytes():
        read += chunk
        if len(read) > MOST_ANSWER or time.monotonic() > until:
            return ""
    try:
        answer = json.loads(read)
    except ValueError:
        return ""
    return str(answer.get("id", ""))[:100] if isinstance(answer, dict) else ""
