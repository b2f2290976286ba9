"""Run inside an installation whose servers have ended: holds every receipt against the rows, the ledger and the disk.

`python -m tests.faults.verdict RECEIPTS.json` prints one line of JSON: `found` (what is wrong, in words) and `figures`.
Hashes are computed here and not by the product.
"""

import hashlib
import json
import os
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django has to be set up first

from backend.kernel import clock, jobs, sequencer  # noqa: E402
from backend.kernel.models import Claim, Job, LedgerEntry, LedgerLeaf, PendingLeaf  # noqa: E402
from hazards.models import Act, Hazard  # noqa: E402
from media.actions import sweep  # noqa: E402
from media.models import Photo, PhotoUse  # noqa: E402
from notifications.models import Notice  # noqa: E402

LATER = timedelta(hours=2)
ACTS = ("verification", "rectification", "reinspection")


class Verdict:
    """What was found wrong, at most twenty of a kind in words, and all of it in numbers."""

    def __init__(self, acknowledged: dict[str, dict[str, Any]], attempted: dict[str, int]) -> None:
        self.acknowledged, self.attempted = acknowledged, attempted
        self.lost: Counter[str] = Counter()
        self.doubled: Counter[str] = Counter()
        self.other: Counter[str] = Counter()
        self.words: list[str] = []
        self.media = Path(settings.STORAGE_URL.removeprefix("file://"))
        self.entries: dict[str, list[LedgerEntry]] = defaultdict(list)
        for entry in LedgerEntry.objects.order_by("subject_id", "seq"):
            self.entries[str(entry.subject_id)].append(entry)

    def say(self, into: Counter[str], what: str, of: object) -> None:
        """Note one thing that is wrong."""
        into[what] += 1
        if into[what] <= 20:
            self.words.append(f"{what}: {of}")

    def of_kind(self, *kinds: str) -> dict[str, dict[str, Any]]:
        """Return what was acknowledged of some kinds."""
        return {id: known for id, known in self.acknowledged.items() if known["kind"] in kinds}

    def receipts(self) -> None:
        """Every receipt that a client holds is the one that is kept."""
        kept = {str(c.id): c for c in Claim.objects.all()}
        for id, known in self.acknowledged.items():
            if id not in kept or kept[id].receipt != known["receipt"]:
                self.say(self.lost, "receipt not kept", id)

    def hazards(self) -> None:
        """Each acknowledged hazard is there once, in the state its last acknowledged act led to, version = entries."""
        rows = {str(h.id): h for h in Hazard.objects.all()}
        for id, known in self.of_kind("hazard").items():
            if id not in rows:
                self.say(self.lost, "hazard", id)
            reports = [e for e in self.entries[id] if e.kind == "hazard.reported"]
            if len(reports) != 1:
                self.say(self.doubled if reports else self.lost, "entry hazard.reported", id)
            last = [a["status"] for a in self.of_hazard.get(id, [])] or [known["status"]]
            if id in rows and rows[id].status != last[-1]:
                self.say(self.lost, f"status {rows[id].status} and not {last[-1]}", id)
        for id, row in rows.items():
            if row.version != len(self.entries[id]) or row.ledger_head != self.entries[id][-1].hash:
                self.say(self.other, "version is not the number of entries", id)
            if id not in self.acknowledged:
                self.say(self.doubled, "hazard that nobody reported", id)

    @property
    def of_hazard(self) -> dict[str, list[dict[str, Any]]]:
        """Return the acknowledged acts of each hazard, in the order of their acknowledgement."""
        found = defaultdict(list)
        for known in self.of_kind(*ACTS).values():
            found[known["hazard"]].append(known)
        return found

    def acts(self) -> None:
        """Each acknowledged act is there once, with one entry."""
        rows = {str(a.id) for a in Act.objects.all()}
        said = Counter(json.loads(e.body)["act_id"] for chain in self.entries.values() for e in chain)
        for id in self.of_kind(*ACTS):
            if id not in rows:
                self.say(self.lost, "act", id)
            if said[id] != 1:
                self.say(self.doubled if said[id] else self.lost, "entry of an act", f"{id} {said[id]}")
        for id in rows - self.of_kind(*ACTS).keys():
            self.say(self.doubled, "act that nobody took", id)

    def photos(self) -> None:
        """Each acknowledged photo is there once, settled once, its bytes on the disk with the digest of its receipt."""
        rows = {str(p.id): p for p in Photo.objects.all()}
        for id, known in self.of_kind("photo").items():
            row, digest = rows.get(id), known["receipt"]["digest"]
            path = self.media / "originals" / digest[:2] / digest[2:4] / digest
            if row is None or row.sha256 != digest:
                self.say(self.lost, "photo", id)
            elif not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                self.say(self.lost, "bytes of a photo", id)
            elif row.status != "ready":
                self.say(self.other, f"photo is {row.status} {row.code}", id)
            kinds = [e.kind for e in self.entries[id]]
            # what is found about it may be judged anew whenever another photo comes; received and settled it is once
            settled = [kind for kind in kinds if kind != "photo.judged"]
            if settled != ["photo.received", "photo.ready"]:
                self.say(self.doubled if len(settled) > 2 else self.other, f"entries of a photo {kinds}", id)
        for id in rows.keys() - self.acknowledged.keys():
            self.say(self.doubled, "photo that nobody sent", id)
        empty = PhotoUse.objects.exclude(photo_id__in=rows)
        if empty.exists():
            self.say(self.lost, "slot without its photo", [str(u.photo_id) for u in empty[:20]])

    def chains(self) -> None:
        """Every chain of the database is whole."""
        for subject, chain in self.entries.items():
            head = ""
            for seq, entry in enumerate(chain, start=1):
                body = json.loads(entry.body)
                whole = hashlib.sha256(entry.body.encode()).hexdigest() == entry.hash
                if not whole or (entry.seq, entry.prev, body["seq"], body["prev"]) != (seq, head, seq, head):
                    self.say(self.other, "chain broken", f"{subject} at {seq}")
                    break
                head = entry.hash

    def order(self) -> None:
        """Every entry has its place in the order of all or waits for it, once, without a gap, and nothing else has one."""
        bodies = {entry.id: entry.body for chain in self.entries.values() for entry in chain}
        leaves = list(LedgerLeaf.objects.order_by("seq"))
        if [leaf.seq for leaf in leaves] != list(range(1, len(leaves) + 1)):
            self.say(self.other, "order has a gap", len(leaves))
        for leaf in leaves:
            if leaf.hash != sequencer.leaf_hash(bodies.get(leaf.entry_id, "")):
                self.say(self.other, "leaf of another entry", leaf.entry_id)
        waiting = set(PendingLeaf.objects.values_list("entry_id", flat=True))
        for id in bodies.keys() - {leaf.entry_id for leaf in leaves} - waiting:
            self.say(self.lost, "entry without its leaf", id)

    def jobs(self) -> None:
        """Each entry brought one job per listener; all are done, none is dead."""
        keys = Counter(Job.objects.values_list("dedupe_key", flat=True))
        for chain in self.entries.values():
            for entry in chain:
                kinds = [entry.kind, *([f"{entry.kind}+photos"] if json.loads(entry.body)["media"] else [])]
                heard = [names for kind in kinds for pattern, names in settings.LISTENERS.items() if fnmatchcase(kind, pattern)]
                wanted = {name for names in heard for name in names}
                for name in wanted:
                    if keys[f"{name}:{entry.id}"] != 1:
                        self.say(self.lost, "job of a listener", f"{name}:{entry.id}")
        for job in Job.objects.filter(state="dead"):
            self.say(self.other, "dead job", f"{job.kind} {job.error}")
        for job in Job.objects.filter(state="waiting", run_at__lte=clock.now()):
            self.say(self.other, "job still waiting", f"{job.kind} {job.attempts} {job.error}")

    def told(self) -> None:
        """Nobody was told the same thing twice, in the inbox or by SMS."""
        notices = Counter(Notice.objects.values_list("person_id", "dedupe_key"))
        for pair, count in notices.items():
            if count > 1:
                self.say(self.doubled, "notice", pair)
        file = Path(settings.SMS_URL.removeprefix("file://"))
        lines = file.read_text().splitlines() if file.is_file() else []
        for id, count in Counter(json.loads(line)["id"] for line in lines).items():
            if count > 1:
                self.say(self.doubled, "SMS", id)

    def disk(self) -> int:
        """Temp files are swept, and no acknowledged bytes with them; return how many there were."""
        swept = sweep.clear_spool(at=clock.now() + LATER)
        spool = self.media / "spool"
        if spool.is_dir() and any(spool.iterdir()):
            self.say(self.other, "left in the spool", [p.name for p in spool.iterdir()])
        return swept

    def everything(self) -> dict[str, Any]:
        """Hold it all together and return the findings."""
        for look in (self.receipts, self.hazards, self.acts, self.chains, self.order, self.jobs, self.told):
            look()
        swept = self.disk()
        self.photos()
        stored = {p.name for p in (self.media / "originals").rglob("*") if p.is_file()}
        known = set(Photo.objects.values_list("sha256", flat=True))
        return {
            "lost": sum(self.lost.values()), "doubled": sum(self.doubled.values()), "other": sum(self.other.values()),
            "found": self.words,
            "figures": {
                "hazards": Hazard.objects.count(), "closed": Hazard.objects.filter(status="closed").count(),
                "photos": Photo.objects.count(), "acts": Act.objects.count(), "entries": LedgerEntry.objects.count(),
                "jobs": Job.objects.count(), "notices": Notice.objects.count(), "temp_files_swept": swept,
                "blobs_without_a_row": len(stored - known),
                "jobs_tried_again": Job.objects.filter(attempts__gt=1).count(),
            },
        }  # fmt: skip


def main(file: str, ahead: str = "") -> None:
    """Print the verdict; with `ahead` the jobs that wait for their time are run first, by a clock that runs ahead."""
    told = json.loads(Path(file).read_text())
    if ahead:
        # leases of killed workers and pauses after failures are over in two hours; their length is tested elsewhere
        jobs.drain(now=lambda: clock.now() + LATER, most=100_000)
        sequencer.run(most=1_000_000)
    print(json.dumps(Verdict(told["acknowledged"], told["attempted"]).everything(), default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
