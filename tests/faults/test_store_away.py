"""The object store goes away while phones send photos, and what is killed meanwhile loses nothing of what was acknowledged."""

import hashlib
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from backend.kernel import ids
from tests.cable import Cable
from tests.faults.installation import MANAGE, ROOT, Installation
from tests.faults.phone import picture
from tests.faults.test_kills import database  # noqa: F401 - a fixture

pytestmark = pytest.mark.xdist_group("faults")
PHOTOS, PATIENCE_S, BUCKET = 12, 240.0, "evidence"


@pytest.fixture
def s3() -> Iterator[tuple[Cable, str]]:
    """Give the wire to a server that speaks S3, and its own address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    wire = Cable(server.get_host_and_port())
    yield wire, "http://{}:{}".format(*server.get_host_and_port())
    wire.cut()
    server.stop()


class Phones:
    """Sends photos one after the other from two hands, each until it has the receipt for exactly its bytes."""

    def __init__(self, house: Installation, tokens: list[str]) -> None:
        self.house, self.tokens = house, tokens
        self.acknowledged: dict[str, bytes] = {}
        self.hand_of: dict[str, int] = {}  # what is in no report yet is seen by its sender alone
        self.hands = [threading.Thread(target=self.send, args=(n,), daemon=True) for n in range(len(tokens))]

    def send(self, hand: int) -> None:
        rng = random.Random(hand)
        for _ in range(PHOTOS // len(self.tokens)):
            id, data = str(ids.new()), picture(rng)
            self.hand_of[id] = hand
            while id not in self.acknowledged:
                with suppress(httpx.TransportError):
                    reply = self.ask("PUT", f"/photos/{id}", hand, content=data, headers={"Content-Type": "image/jpeg"})
                    if reply.status_code in (200, 201) and reply.json()["receipt"]["digest"] == hashlib.sha256(data).hexdigest():
                        self.acknowledged[id] = data
                        break
                time.sleep(0.2)

    def look(self, id: str) -> dict:
        return self.ask("GET", f"/photos/{id}", self.hand_of[id]).json()

    def ask(self, method: str, path: str, hand: int, **more: object) -> httpx.Response:
        headers = {"X-Session-Token": self.tokens[hand], **more.pop("headers", {})}  # type: ignore[dict-item]
        url = f"{self.house.url}/api/v1{path}"
        return httpx.request(method, url, headers=headers, timeout=60, trust_env=False, **more)  # type: ignore[arg-type]

    def ready(self, besides: set[str]) -> bool:
        with suppress(httpx.TransportError):
            wanted = set(self.acknowledged) - besides
            return all(self.look(id).get("status") == "ready" for id in wanted)
        return False


def until(holds: Callable[[], bool], what: str, house: Installation) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"{what}\n{(house.folder / 'log').read_text(errors='replace')[-3000:]}"
        house.keep()
        time.sleep(0.2)


def test_what_was_acknowledged_while_the_store_was_away_is_home_with_equal_digests(
    s3: tuple[Cable, str],
    database: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    wire, real = s3
    house = Installation(
        tmp_path, database, storage=f"s3://key:secret@127.0.0.1:{wire.port}/{BUCKET}?region=us-east-1&public={real}"
    )
    world = house.call("tests.faults.world")
    phones = Phones(house, [person["token"] for person in world["people"] if person["key"] in ("officer_a", "owner_a")])
    rng = random.Random(5)
    try:
        house.start()
        for hand in phones.hands:
            hand.start()
        until(lambda: len(phones.acknowledged) >= 3, "nothing was received", house)
        wire.cut()
        until(lambda: len(phones.acknowledged) >= 8, "nothing was received while the store was away", house)
        # what the store has taken cannot be decoded without it: that is not asked for
        first = set(phones.acknowledged)
        house.kill(house.aim("web", rng)[1])
        until(lambda: len(phones.acknowledged) == PHOTOS, "not everything was received while the store was away", house)
        until(lambda: phones.ready(first), "not everything was decoded while the store was away", house)
        parked = list((tmp_path / "var" / "parked" / "blobs").rglob("*.image_jpeg"))
        assert len(parked) >= PHOTOS - len(first)

        wire.join()
        moved_by_killed_ones(house, rng)
        done = subprocess.run([*MANAGE, "drain_parked"], cwd=ROOT, env=house.environment(), capture_output=True, text=True)
        assert (done.returncode, done.stdout.strip().splitlines()[-1][-6:]) == (0, "0 left"), done.stderr
        until(lambda: phones.ready(set()), "not everything was decoded after the store was back", house)
        subprocess.run([*MANAGE, "drain_parked"], cwd=ROOT, env=house.environment(), check=True)
        whole(phones, real)
    finally:
        house.stop()


def moved_by_killed_ones(house: Installation, rng: random.Random) -> None:
    """Let movers begin, and kill each with -9 somewhere on its way."""
    for _ in range(4):
        mover = subprocess.Popen(
            [*MANAGE, "drain_parked"], cwd=ROOT, env=house.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with suppress(subprocess.TimeoutExpired):
            mover.wait(rng.uniform(1.5, 3.5))
        mover.kill()
        mover.wait()


def whole(phones: Phones, real: str) -> None:
    """Hold what the store itself has, and what the product leads to, against what was acknowledged."""
    options = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=real, **options)
    for id, data in phones.acknowledged.items():
        digest = hashlib.sha256(data).hexdigest()
        body = client.get_object(Bucket=BUCKET, Key=f"originals/{digest[:2]}/{digest[2:4]}/{digest}")["Body"].read()
        assert hashlib.sha256(body).hexdigest() == digest
        urls = phones.look(id)["urls"]
        for name in ("thumb", "large", "original"):
            served = httpx.get(urls[name], follow_redirects=True, timeout=60, trust_env=False)
            assert served.status_code == 200
        assert served.content == data
