"""A client on a good line: `python -m tests.lines.normal URL PEOPLE` works until its input ends and prints what each call took.

A process of its own, so that what is measured is the server and not the crowd beside it.
"""

import json
import random
import sys
import threading
import time
from datetime import UTC, datetime

import httpx

from tests.faults.phone import picture

PAUSE_S = 0.05


def main(url: str, person: dict[str, str], category: str) -> None:
    """Report, send its photo, read, list, again and again."""
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    rng, took, wrong = random.Random(url), [], []
    headers = {"X-Session-Token": person["token"]}
    from bihuan_client import ids

    with httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=60, trust_env=False) as client:

        def call(name: str, method: str, path: str, **said: object) -> None:
            began = time.monotonic()
            reply = client.request(method, path, **said)
            took.append((name, began, time.monotonic() - began))
            if reply.status_code not in (200, 201):
                wrong.append(f"{method} {path} {reply.status_code} {reply.text[:200]}")
            time.sleep(PAUSE_S)

        while not over.is_set():
            hazard, photo = ids.new(), ids.new()
            body = {
                "id": hazard, "enterprise_id": person["enterprise"], "source": person["source"], "category": category,
                "description": f"配电箱门未关闭 {hazard[-6:]}", "place": "一号车间", "photo_ids": [photo],
                "found_at": datetime.now(UTC).isoformat(timespec="seconds"),
            }  # fmt: skip
            call("report", "POST", "/hazards", json=body)
            call("photo", "PUT", f"/photos/{photo}", content=picture(rng), headers={"Content-Type": "image/jpeg"})
            call("read", "GET", f"/hazards/{hazard}")
            call("list", "GET", "/hazards?limit=20")
            call("me", "GET", "/me")
    print(json.dumps({"took": took, "wrong": wrong}))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3])
