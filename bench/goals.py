"""The goals of performance.md that are measured, each a function that returns rows of (goal, figure, met, how)."""

import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass

from bench import drive, servers
from bench.drive import Load, load
from bench.servers import BASE_DB, HERE, OUR_DB, ROOT, Server, psql


# other databases of the same server are not ours to judge
WAITING = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT granted AND datname = current_database()"


@dataclass(frozen=True)
class Row:
    """One line of the result: what was asked for, what was measured, whether it holds, and by which part of the bench."""

    goal: str
    asked: str
    figure: str
    met: bool


@dataclass
class Plan:
    """How long and how often to measure, and who is logged in."""

    seconds: float
    rotations: int
    tokens: dict[str, str]

    def ours(self, server: Server, op: str, clients: int, *, photo: str = "") -> Load:
        """Drive one of our operations as the person whose it is."""
        who = "officer" if op in ("create", "named", "photo", "queue") else "regulator"
        return load(
            server, op, spec="bihuan", clients=clients, seconds=self.seconds, token=self.tokens[who],
            enterprise=self.tokens["enterprise"], photo=photo,
        )  # fmt: skip

    def base(self, server: Server, op: str, clients: int) -> Load:
        """Drive the same operation of the baseline."""
        return load(server, op, spec="baseline", clients=clients, seconds=self.seconds)


def rotate(plan: Plan, op: str, clients: int) -> tuple[list[Load], list[Load]]:
    """Measure ours and the baseline in turn, `rotations` times."""
    mine, theirs = [], []
    with ExitStack() as stack:
        bihuan, ninja = stack.enter_context(servers.ours()), stack.enter_context(servers.ninja())
        for _ in range(plan.rotations):
            theirs.append(plan.base(ninja, op, clients))
            mine.append(plan.ours(bihuan, op, clients))
    return mine, theirs


def ratio(mine: list[Load], theirs: list[Load], name: str) -> float:
    """Return the median ratio of one measure over the rotations."""
    return drive.median_ratio([getattr(load, name) for load in mine], [getattr(load, name) for load in theirs])


def middle(loads: list[Load], name: str) -> float:
    """Return the median of one measure."""
    return statistics.median(getattr(load, name) for load in loads)


def create(plan: Plan) -> list[Row]:
    """G1: create with everything, beside the baseline and the pgbench floor."""
    mine, theirs = rotate(plan, "create", 4)
    wide, _ = rotate(Plan(plan.seconds, 1, plan.tokens), "create", 16)
    floor = hazard3(16, plan.seconds)
    speed, cpu, share = ratio(mine, theirs, "per_s"), ratio(mine, theirs, "cpu_ms"), wide[0].per_s / floor
    errors = sum(load.errors for load in [*mine, *wide])
    return [
        Row("G1", "create ≥ 0.6 × ninja's throughput", f"{speed:.2f} × ({middle(mine, 'per_s'):.0f}/s, {errors} errors)", speed >= 0.6),
        Row("G1", "CPU ≤ 1.7 × ninja", f"{cpu:.2f} × ({middle(mine, 'cpu_ms'):.1f} beside {middle(theirs, 'cpu_ms'):.1f} ms)", cpu <= 1.7),
        Row("G1", "≥ 0.06 × hazard3 at 16 clients", f"{share:.3f} × ({wide[0].per_s:.0f} of {floor:.0f} TPS)", share >= 0.06),
    ]


QUEUE = 20


def queue(plan: Plan) -> list[Row]:
    """G3: twenty hazards in one request beside twenty requests, on the same server in turn."""
    alone, together = [], []
    with servers.ours() as bihuan:
        for _ in range(plan.rotations):
            alone.append(plan.ours(bihuan, "create", 4))
            together.append(plan.ours(bihuan, "queue", 4))
    found = ratio(together, alone, "cpu_ms") / QUEUE
    errors = sum(load.errors for load in [*alone, *together])
    beside = f"{middle(together, 'cpu_ms') / QUEUE:.1f} beside {middle(alone, 'cpu_ms'):.1f} ms a hazard, {errors} errors"
    return [Row("G3", "20 hazards in one request: CPU ≤ 0.35 × 20 single creates", f"{found:.2f} × ({beside})", found <= 0.35)]


def hazard3(clients: int, seconds: float) -> float:
    """Return the TPS of the kit's floor: hazard, event and counter in one transaction, by pgbench."""
    psql(BASE_DB, "-f", str(HERE / "sql" / "floor.sql"))
    command = [
        "pgbench", "-n", "-M", "prepared", "-f", str(HERE / "sql" / "hazard3.sql"), "-c", str(clients), "-j", "2", "-T",
        str(int(max(seconds, 4))), BASE_DB,
    ]  # fmt: skip
    env = {**os.environ, **servers.PG}
    out = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout  # noqa: S603 - a known program
    return float(next(line.split("=")[1].split()[0] for line in out.splitlines() if line.startswith("tps")))


def listing(plan: Plan, small: dict[str, float]) -> list[Row]:
    """G6: lists of 50 by region at 1 M rows, beside the baseline, beside 100 k rows, and a deep page beside the first."""
    rows = []
    for op in ("list", "list_county", "list_town"):
        mine, theirs = rotate(plan, op, 4)
        cpu, growth = ratio(mine, theirs, "cpu_ms"), middle(mine, "cpu_ms") / small[op]
        beside = f"{middle(mine, 'cpu_ms'):.1f} beside {middle(theirs, 'cpu_ms'):.1f} ms"
        rows.append(Row("G6", f"{op}: CPU ≤ 0.8 × ninja at 1 M rows", f"{cpu:.2f} × ({beside})", cpu <= 0.8))
        rows.append(Row("G6", f"{op}: 1 M beside 100 k rows ≤ 1.3 ×", f"{growth:.2f} ×", growth <= 1.3))
    return [*rows, deep(plan)]


def small_lists(plan: Plan) -> dict[str, float]:
    """Return the CPU-ms of our lists while the table is small."""
    with servers.ours() as bihuan:
        return {op: plan.ours(bihuan, op, 4).cpu_ms for op in ("list", "list_county", "list_town")}


def deep(plan: Plan) -> Row:
    """Compare the time of a page 100 pages down with that of the first, over HTTP, alternating."""
    import httpx  # noqa: PLC0415 - only this goal needs a client

    def timed(client: httpx.Client, cursor: str) -> tuple[float, str]:
        start = time.perf_counter()
        body = client.get("/api/v1/hazards?region=3301" + (f"&cursor={cursor}" if cursor else "")).json()
        return time.perf_counter() - start, body["next_cursor"]

    with servers.ours() as bihuan, httpx.Client(base_url=bihuan.url, headers={"X-Session-Token": plan.tokens["regulator"]}) as client:
        cursor = ""
        for _ in range(100):
            _, cursor = timed(client, cursor)
        pairs = [(timed(client, "")[0], timed(client, cursor)[0]) for _ in range(60)]
    found = statistics.median(far for _, far in pairs) / statistics.median(near for near, _ in pairs)
    return Row("G6", "page 100 ≤ 1.2 × first page", f"{found:.2f} ×", found <= 1.2)


def reading(plan: Plan) -> list[Row]:
    """G7: one hazard with its timeline beside the baseline's bare read."""
    mine, theirs = rotate(plan, "read", 4)
    cpu = ratio(mine, theirs, "cpu_ms")
    beside = f"{middle(mine, 'cpu_ms'):.1f} beside {middle(theirs, 'cpu_ms'):.1f} ms"
    return [Row("G7", "read with timeline: CPU ≤ 1.5 × ninja's read", f"{cpu:.2f} × ({beside})", cpu <= 1.5)]


def start_and_memory(plan: Plan) -> list[Row]:
    """G11: start to first answer, memory per web worker under load, an idle Celery worker."""
    starts = []
    for _ in range(3):
        with servers.ours() as bihuan:
            starts.append(bihuan.ready_s)
            plan.ours(bihuan, "create", 4)
            pss = worker_pss(bihuan.pid)
    first, idle = statistics.median(starts), idle_celery()
    return [
        Row("G11", "start to first answer ≤ 2.0 s", f"{first:.2f} s", first <= 2.0),
        Row("G11", "PSS per web worker under load ≤ 110 MiB", f"{pss:.0f} MiB", pss <= 110),
        Row("G11", "idle Celery worker ≤ 120 MiB", f"{idle:.0f} MiB", idle <= 120),
    ]


def worker_pss(supervisor: int) -> float:
    """Return the PSS in MiB of the web worker, without granian's supervising process."""
    import loadgen  # noqa: PLC0415 - the kit's own module, by its folder

    children = loadgen.tree_pids(supervisor) - {supervisor}
    return max(float(loadgen.tree_pss_mib(pid)) for pid in children)


def idle_celery() -> float:
    """Return the PSS in MiB of a Celery worker with one process that has nothing to do."""
    from loadgen import tree_pss_mib  # noqa: PLC0415 - the kit's own module, by its folder

    command = [sys.executable, "-m", "celery", "-A", "backend", "worker", "--pool", "solo", "-l", "error"]
    env = servers.environment(REDIS_URL="redis://127.0.0.1:6379/9", DEBUG="true")
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    time.sleep(12)
    found = float(tree_pss_mib(process.pid))
    process.terminate()
    process.wait(40)
    return found


def embedded(plan: Plan, long_s: float) -> list[Row]:
    """G12: SQLite with synchronous=FULL beside PostgreSQL, and a minute with 16 clients."""
    sqlite = f"sqlite:///{servers.RUN / 'bench.sqlite3'}"
    for file in servers.RUN.glob("bench.sqlite3*"):
        file.unlink()
    tokens = prepare(sqlite, rows=0)
    small = Plan(plan.seconds, plan.rotations, tokens)
    ratios = []
    for _ in range(plan.rotations):
        with servers.ours() as bihuan:
            postgresql = plan.ours(bihuan, "create", 4).per_s
        with servers.ours(DATABASE_URL=sqlite) as bihuan:
            ratios.append(small.ours(bihuan, "create", 4).per_s / postgresql)
    with servers.ours(DATABASE_URL=sqlite) as bihuan:
        crowd = Plan(long_s, 1, tokens).ours(bihuan, "create", 16)
    found = statistics.median(ratios)
    return [
        Row("G12", "SQLite (FULL) ≥ 0.5 × PostgreSQL's create rate, 4 clients", f"{found:.2f} ×", found >= 0.5),
        Row("G12", f"no `database is locked` at 16 clients in {long_s:.0f} s", f"{crowd.errors} errors, {crowd.per_s:.0f}/s",
            crowd.errors == 0),
    ]  # fmt: skip


def scaling(plan: Plan) -> list[Row]:
    """G13: two web workers beside one, and no row that every writer locks."""
    ratios, waits = [], 0
    for _ in range(plan.rotations):
        with servers.ours(workers=1) as one:
            single = plan.ours(one, "create", 16).per_s
        with servers.ours(workers=2) as two:
            ratios.append(plan.ours(two, "create", 16).per_s / single)
            waits += int(psql(OUR_DB, "-c", WAITING) or 0)
    found = statistics.median(ratios)
    shared = "the driver and PostgreSQL share the cores"
    return [
        Row("G13", "one worker more ≥ 1.6 × until the cores are full", f"{found:.2f} × ({os.cpu_count()} cores; {shared})", found >= 1.6),
        Row("G13", "no row that every writer locks", f"{waits} waiting locks seen", waits == 0),
    ]


def prepare(url: str, *, rows: int, first: int = 1) -> dict[str, str]:
    """Migrate a database and fill it; return the tokens (only when `first` is 1)."""
    env = servers.environment(DATABASE_URL=url)
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(migrate, env=env, cwd=ROOT, check=True)  # noqa: S603 - our own command
    command = [sys.executable, "-m", "bench.world", str(first), str(rows)]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    found: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
