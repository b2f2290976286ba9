"""Names the machine beside the figures."""

import os
import platform
import subprocess
from pathlib import Path


def name() -> str:
    """Return processor, cores, memory, system, Python and PostgreSQL of this machine in one line."""
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024 // 1024
    psql = subprocess.run(["psql", "--version"], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S607
    return f"{cpu}, {os.cpu_count()} cores, {memory} GiB, {platform.platform()}, Python {platform.python_version()}, {psql}"
