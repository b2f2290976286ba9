"""A server that keeps the contract and nothing else: ids, digests, signed receipts; and does what it is told to do wrong."""

import base64
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ME = "01890000-0000-7000-8000-000000000001"
HTML = b"<html>Welcome to our hotel. Please accept the terms.</html>"
# (method, path, what it would answer) -> what it answers instead, or None to hang up
Fault = Callable[[str, str, tuple[int, dict[str, str], bytes]], "tuple[int, dict[str, str], bytes] | None"]


class Server:
    """`faults` are used up one per request under /api/v1 that sends something; `received` is what was taken, by id."""

    def __init__(self) -> None:
        self.new_key("k1")
        self.received: dict[str, dict[str, Any]] = {}
        self.bodies: dict[str, bytes] = {}
        self.order: list[str] = []
        self.arrived = Counter[str]()
        self.faults: list[Fault] = []
        self.busy: list[tuple[int, dict[str, str], bytes] | None] = []  # what questions are answered first
        self.batches = False
        self.changes: list[dict[str, Any]] = []
        self.lost: list[tuple[int, dict[str, str], bytes]] = []
        self.expected: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def log_message(self, *_: object) -> None:
                pass

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                if len(body) == length:
                    outer.headers.append(dict(self.headers))
                    self.tell(outer.judge(self.command, self.path, body, self.headers.get("X-Session-Token", "")))

            def tell(self, told: tuple[int, dict[str, str], bytes] | None) -> None:
                if told is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                status, headers, body = told
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

        self.web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.web.daemon_threads = True
        threading.Thread(target=self.web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def new_key(self, name: str) -> None:
        self.key, self.key_id = Ed25519PrivateKey.generate(), name

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web.server_port}"

    def stop(self) -> None:
        self.web.shutdown()
        self.web.server_close()

    def judge(self, method: str, path: str, body: bytes, token: str) -> "tuple[int, dict[str, str], bytes] | None":
        with self.lock:
            told = self._judged(method, path.partition("?")[0], body, token)
            if self.busy and path == "/api/v1/me":
                return self.busy.pop(0)
            if method in ("POST", "PUT") and path.startswith("/api/v1") and self.faults:
                return self.faults.pop(0)(method, path, told)
            return told

    def _judged(self, method: str, path: str, body: bytes, token: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/api/v1/keys":
            return said(200, {"items": [{"key_id": self.key_id, "public_key": self.public()}]})
        if token != "good":
            return problem(401, "auth.required")
        if path == "/api/v1/me":
            return said(200, {"id": ME, "name": "李安全"})
        if path == "/api/v1/sync/changes" and self.lost:
            return self.lost.pop(0)
        if path == "/api/v1/sync/changes":
            return said(200, {"changes": self.changes, "cursor": "c1", "more": False})
        if path == "/api/v1/me/not-received":
            return said(200, {"photos": self.expected, "held": [], "next_cursor": None})
        if path == "/api/v1/sync/acts" and self.batches:
            return said(200, [self._one(act) for act in json.loads(body)])
        if path in ("/api/v1/sync/acts", "/api/v1/uploads") or method not in ("POST", "PUT"):
            return problem(404, "request.not_found")
        return self._taken(method, path, body)

    def _one(self, act: dict[str, Any]) -> dict[str, Any]:
        status, _, raw = self._taken("POST", act["path"], json.dumps(act["body"]).encode())
        return {"id": act["body"]["id"], "status": status, "body" if status < 400 else "problem": json.loads(raw)}

    def _taken(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Take a thing: the id is the idempotency key, for ever."""
        content = json.loads(body) if method == "POST" else None
        id = content["id"] if content is not None else path.rpartition("/")[2]
        digest = hashlib.sha256(rfc8785.dumps(content) if content is not None else body).hexdigest()
        self.arrived[id] += 1
        known = self.received.get(id)
        if known and known["digest"] != digest:
            return problem(409, "conflict.same_id")
        if not known:
            self.received[id] = self.receipt(id, digest)
            self.bodies[id] = body
            self.order.append(id)
        again = {"Idempotency-Replayed": "true"} if known else {}
        status, headers, raw = said(200 if known else 201, {"id": id, "receipt": self.received[id]})
        return status, {**headers, **again}, raw

    def receipt(self, id: str, digest: str) -> dict[str, str]:
        body = {"id": id, "kind": "thing", "digest": digest, "received_at": "2026-11-23T00:00:00Z", "key_id": self.key_id}
        return {**body, "signature": base64.b64encode(self.key.sign(rfc8785.dumps(body))).decode()}

    def public(self) -> str:
        return base64.b64encode(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def said(status: int, body: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def problem(status: int, code: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {"Content-Type": "application/problem+json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return status, named, json.dumps({"status": status, "code": code, "detail": "不行"}).encode()


def instead(told: "tuple[int, dict[str, str], bytes] | None") -> Fault:
    """Return the fault that answers so, whatever was asked; the server has done its work all the same."""
    return lambda *_: told


def portal(status: int = 200) -> Fault:
    return instead((status, {"Content-Type": "text/html"}, HTML))


def forged(change: Callable[[dict[str, Any]], None]) -> Fault:
    """Return the fault that changes the receipt on its way."""

    def fault(method: str, path: str, told: tuple[int, dict[str, str], bytes]) -> tuple[int, dict[str, str], bytes]:
        body = json.loads(told[2])
        change(body["receipt"])
        return told[0], told[1], json.dumps(body).encode()

    return fault
