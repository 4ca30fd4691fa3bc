"""Processes, ports and system packages, as the scripts need them. Nothing but the standard library."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BACKEND = ROOT / "backend"
LOCAL = ROOT / ".local"


class Failure(Exception):
    """One sentence for the person who started the script."""


def is_root() -> bool:
    return os.geteuid() == 0


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def alive(pid: int) -> bool:
    """Does the process exist, and is it no zombie?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def stop(pid: int, *, seconds: float) -> None:
    """TERM, then KILL when it does not end in time."""
    for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 2.0)):
        deadline = time.monotonic() + patience
        if alive(pid):
            os.kill(pid, number)
        while alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)


def apt_install(package: str) -> None:
    """Try it; only root can. Whether it worked the caller sees by looking for the binary again."""
    if not is_root() or shutil.which("apt-get") is None:
        return
    sys.stderr.write(f"   installing the system package {package}\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with (LOCAL / "apt.log").open("w") as log:
        for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
            subprocess.run(["apt-get", *command], env=environment, stdout=log, stderr=log, check=False)
