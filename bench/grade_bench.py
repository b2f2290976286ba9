"""G10: CPU of one re-grade, of a full recomputation, and its memory. python -m bench.grade_bench [enterprises] (DATABASE_URL set).

Works in the database it is given, which has to be empty and migrated; nothing is cleared afterwards.
"""

import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from backend.kernel import ids, ledger  # noqa: E402
from enterprises.models import Enterprise  # noqa: E402
from grading.actions import recompute, regrade  # noqa: E402
from grading.models import Fact  # noqa: E402

AT = datetime(2026, 9, 16, 4, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=400)
EVERY = 5  # every fifth enterprise has facts that cost


def world(count):
    firms = [
        Enterprise(id=ids.new(), name=f"企业{n}", industry="C3441", registered_at=LONG_AGO, risk="yellow", province="33",
                   city="3303", county="330324", town="330324009", risk_features=["spraying"] if n % 3 == 0 else [])
        for n in range(count)
    ]  # fmt: skip
    Enterprise.objects.bulk_create(firms, batch_size=1000)
    Fact.objects.bulk_create(
        [Fact(id=ids.new(), enterprise=firm, kind=kind, valid_from=AT - timedelta(days=30), origin="import", recorded_at=AT)
         for firm in firms[::EVERY] for kind in ("penalty", "training_expired", "certificate_missing")],
        batch_size=1000,
    )  # fmt: skip
    return [firm.id for firm in firms]


def entered(firm):
    """Return the ledger entry of a fact about the enterprise that brings another row and another period of history."""
    fact = Fact.objects.create(id=ids.new(), enterprise_id=firm, kind="formal_talk", valid_from=AT, origin="import",
                               recorded_at=AT)  # fmt: skip
    step = ledger.Step(kind="fact.recorded", subject_kind="fact", subject_id=fact.id, signer=ledger.SYSTEM,
                       at=AT + timedelta(minutes=1), enterprise_id=firm)  # fmt: skip
    return ledger.append(step, ledger.Head()).id


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 7000
    firms = world(count)
    for firm in firms:
        regrade.regrade(firm, at=AT)
    some = [entered(firm) for firm in firms[:: max(1, count // 500)][:500]]
    cpu, clock = time.process_time(), time.perf_counter()
    for entry in some:
        regrade.after(entry, at=AT + timedelta(hours=1))
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    print(f"one re-grade after an act, with a new period of history: {1000 * cpu / len(some):.2f} CPU-ms of the application, {1000 * clock / len(some):.2f} ms")
    before, cpu, clock = peak(), time.process_time(), time.perf_counter()
    run = recompute.everything(at=AT + timedelta(hours=2))
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    print(f"{run.enterprises} in full: {clock:.2f} s, {cpu:.2f} CPU-s, {run.differences} differences, "
          f"peak {peak():.0f} MiB (before {before:.0f})")  # fmt: skip


if __name__ == "__main__":
    main()
