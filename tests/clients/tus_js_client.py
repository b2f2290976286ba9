"""tus-js-client, as it is published, in Node: photos through a line that is cut at every point, at random, and stopped."""

import hashlib
import json
import random
import shutil
from pathlib import Path
from typing import Any

import httpx

from backend.kernel import ids
from tests.clients.steps import FOLDER, HERE, Failed, step
from tests.clients.world import World
from tests.edge.line import POINTS, Exchange, Line
from tests.media.pictures import noisy

OUT = FOLDER / "tus"
SOURCES = ("package.json", "package-lock.json", "upload.mjs")
CHUNK, RANDOM = 64 * 1024, 12
# the ways to send that the library has
WAYS: dict[str, dict[str, Any]] = {
    "in chunks": {"chunk": CHUNK}, "as one piece": {}, "as a stream": {"chunk": CHUNK, "streamed": True},
    "with the creation": {"chunk": CHUNK, "early": True}, "by POST": {"chunk": CHUNK, "posts": True},
}  # fmt: skip


def upload(world: World) -> None:
    """Install, send, and hold what arrived against what was sent. Raises: Failed."""
    OUT.mkdir(parents=True, exist_ok=True)
    lock = HERE / "tus" / "package-lock.json"
    fresh = (OUT / "installed").exists() and (OUT / "installed").read_bytes() == lock.read_bytes()
    for name in SOURCES:
        shutil.copy(HERE / "tus" / name, OUT / name)
    if not fresh:
        step("tus-js-client installed", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder=OUT)
        shutil.copy(lock, OUT / "installed")
    photos, lines = _photos(world)
    told = world.var / "told-tus.json"
    told.write_text(
        json.dumps({"token": (token := world.token("officer_a")), "photos": photos, "memory": str(world.var / "urls")})
    )
    step("tus-js-client: photos through cut lines", ["node", "upload.mjs", str(told)], folder=OUT, silent=False)
    for photo, line in zip(photos, lines, strict=True):
        _arrived(world, token, photo)
        _economical(photo, line)
        line.close()
    if not lines[-1].resumed():
        raise Failed("FAILED tus-js-client began anew what it had stopped")


def _photos(world: World) -> tuple[list[dict[str, Any]], list[Line]]:
    port, made, lines = int(world.url.rpartition(":")[2]), [], []
    plans = [(f"{way}, cut {point}", how, _at(point)) for way, how in WAYS.items() for point in POINTS]
    plans += [(f"cut at random, {seed}", list(WAYS.values())[seed % len(WAYS)], _dice(seed)) for seed in range(RANDOM)]
    plans += [("stopped and taken up again", {"chunk": CHUNK, "stopped": True}, lambda one: "")]
    for seed, (name, how, choose) in enumerate(plans):
        data, file = noisy(seed), world.var / f"tus-{seed}.jpg"
        file.write_bytes(data)
        lines.append(Line(port, choose, random.Random(seed)))
        made.append({
            "name": name, "file": str(file), "bytes": len(data), "id": str(ids.new()), "sha256": hashlib.sha256(data).hexdigest(),
            "endpoint": f"http://127.0.0.1:{lines[-1].entrance}/api/v1/uploads", **how,
        })  # fmt: skip
    return made, lines


def _at(point: str) -> Any:
    done: set[str] = set()

    def choose(one: Exchange) -> str:
        if one.method in done:
            return ""
        done.add(one.method)
        return point

    return choose


def _dice(seed: int) -> Any:
    dice = random.Random(seed)
    return lambda one: dice.choice(POINTS) if dice.random() < 0.4 else ""


def _arrived(world: World, token: str, photo: dict[str, Any]) -> None:
    url = f"{world.url}/api/v1/photos/{photo['id']}"
    found = httpx.get(url, headers={"X-Session-Token": token}, trust_env=False).json()
    kept = Path(world.var / "media" / "originals" / photo["sha256"][:2] / photo["sha256"][2:4] / photo["sha256"])
    if found.get("sha256") != photo["sha256"] or hashlib.sha256(kept.read_bytes()).hexdigest() != photo["sha256"]:
        raise Failed(f"FAILED {photo['name']}: {found}")


def _economical(photo: dict[str, Any], line: Line) -> None:
    chunk = photo.get("chunk", photo["bytes"])
    if line.again(photo["bytes"]) > chunk * line.broken() or line.repeated():
        raise Failed(f"FAILED {photo['name']}: sent again {line.again(photo['bytes'])} bytes, {line.seen}")
