"""The machine and the versions behind a measurement."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import datetime
from pathlib import Path

VERSIONS = """
from importlib.metadata import PackageNotFoundError, version
import platform, sys
found = ["Python " + platform.python_version()]
for package in sys.argv[1:]:
    try:
        found.append(package + " " + version(package))
    except PackageNotFoundError:
        found.append("no " + package)
print(", ".join(found))
"""


def versions(python: str, *packages: str) -> str:
    """The version of the interpreter `python`, and those of its `packages`."""
    done = subprocess.run([python, "-c", VERSIONS, *packages], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def machine() -> str:
    """The date, the processor, the memory, and the load average."""
    today = datetime.now().astimezone().date().isoformat()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{today}, {platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GB; load average before the start {os.getloadavg()[0]:.1f}"
    )


def _processor() -> str:
    """The name of the processor, which Linux reports only in a file."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text("utf-8").splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def surroundings(pandas_python: str, peers_python: str | None = None) -> str:
    """Machine and versions in words."""
    programs = {
        "wieder": versions(sys.executable, "duckdb", "polars"),
        "pandas": versions(pandas_python, "pandas", "pyarrow"),
    }
    if peers_python:
        programs["peers"] = versions(peers_python, "repeatradar", "pymc-marketing", "pandas", "pyarrow")
    return f"{machine()}. {'; '.join(f'{name} on {found}' for name, found in programs.items())}.\n"
