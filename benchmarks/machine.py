"""What the figures were measured on and with."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sysconfig
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]


def described() -> dict[str, str]:
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": f"{platform.python_version()} ({_build()})",
        "uvicorn": version("uvicorn"),
        "connexion": version("connexion"),
        "node": _said("node", "--version"),
        "java": _said("java", "-version"),
        "wrk": _said("wrk", "--version"),
    }


def commit() -> str:
    """The commit that is measured."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "no commit"


def busy() -> float:
    """How many processes wanted to run, over the last minute; what exceeds the bench's own is noise."""
    return round(os.getloadavg()[0], 1)


def _build() -> str:
    """How this Python was compiled: an optimised one is a tenth quicker."""
    options = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    used = [
        name
        for option, name in (
            ("--enable-optimizations", "profile-guided"),
            ("--with-lto", "link-time optimised"),
        )
        if option in options
    ]
    return ", ".join([platform.python_compiler(), *(used or ["not optimised by profile"])])


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text()) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _said(*command: str) -> str:
    """The first version number that a program tells of itself, or that it is missing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "missing"
    found = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "unknown"
