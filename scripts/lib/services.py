"""A private PostgreSQL and Redis for tests, benchmarks and developers.

    services.py run NAME [--keep] -- COMMAND …   run it with servers of its own; they end with it (--keep: they stay)
    services.py start|env|status|stop|restart-database FOLDER

`start` and `env` print lines for the shell's `eval`. Servers that DATABASE_URL and REDIS_URL name are used in place
of private ones. State of `run`: a new folder .local/NAME/run.*, with --keep .local/NAME/services.
"""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import check_services
from machine import LOCAL, ROOT, Failure, alive, stop
from servers import Postgres, Redis, secret

STOP_SECONDS = 30.0
NOT_RUNNING = 3


def start(folder: Path) -> tuple[dict[str, str], str]:
    """The two variables, and what runs there for people to read. Two callers at once get the same servers."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, str] = {}
    said = []
    servers: dict[str, tuple[str, Postgres | Redis]] = {
        "DATABASE_URL": ("database", Postgres(folder)),
        "REDIS_URL": ("redis", Redis(folder)),
    }
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        secret(folder)
        for variable, (kind, server) in servers.items():
            if named := os.environ.get(variable):
                found[variable] = named
                said.append(f"{check_services.answer(kind, named)} ({variable})")
            else:
                server.start()
                found[variable] = server.url
                said.append(server.version())
    return found, ", ".join(said)


def remove(folder: Path) -> None:
    """End what was started in the folder; the files go too."""
    if folder.is_dir():
        Redis(folder).stop()
        Postgres(folder).remove()
        shutil.rmtree(folder)


def running(folder: Path) -> bool:
    return bool(Postgres(folder).version() and Redis(folder).version())


def run(name: str, command: list[str], *, keep: bool) -> int:
    """The command's exit code. It sees no setting of the caller's but the addresses of servers."""
    begun = time.monotonic()
    folder = _folder(name, keep=keep)
    code = 1
    try:
        variables, said = start(folder)
        print(f"Python {sys.version.split()[0]}, {said}", flush=True)
        code = _ended(command, _environment(folder) | variables)
    finally:
        if not keep:
            remove(folder)
        verdict = "all good" if code == 0 else f"FAILED (exit code {code})"
        print(f"\n{verdict}, {time.monotonic() - begun:.1f} s", flush=True)
    return code


def _folder(name: str, *, keep: bool) -> Path:
    """Where the state of this run lies; what runs that were killed have left is removed."""
    place = LOCAL / name
    place.mkdir(parents=True, exist_ok=True)
    if keep:
        return place / "services"
    for old in place.glob("run.*"):
        with suppress(OSError, ValueError):
            if not alive(int((old / "owner").read_text())):
                remove(old)
    folder = Path(tempfile.mkdtemp(prefix="run.", dir=place))
    folder.chmod(0o755)  # the user PostgreSQL runs as must pass
    (folder / "owner").write_text(str(os.getpid()))
    return folder


def _environment(folder: Path) -> dict[str, str]:
    named = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    kept = {name: value for name, value in os.environ.items() if name not in named}
    return kept | {"ENV_FILE": "/dev/null", "LOCAL_STATE_DIR": str(folder / "app"), "SERVICES": str(folder)}


def _ended(command: list[str], environment: dict[str, str]) -> int:
    """Run it to its end. Ctrl-C reaches it from the terminal; a TERM for us is passed on."""
    process = subprocess.Popen(command, env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def pass_on(number: int, _frame: object) -> None:
        stop(process.pid, seconds=STOP_SECONDS)

    signal.signal(signal.SIGTERM, pass_on)
    code = process.wait()
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    match arguments:
        case ["run", name, "--keep", "--", *command]:
            return run(name, command, keep=True)
        case ["run", name, "--", *command]:
            return run(name, command, keep=False)
        case ["start", folder]:
            return _print(Path(folder))
        case ["env", folder]:
            if not running(Path(folder)):
                raise Failure("not running; say: scripts/services.sh start")
            return _print(Path(folder))
        case ["status", folder]:
            if not running(Path(folder)):
                print("not running")
                return NOT_RUNNING
            print(f"running: {start(Path(folder))[1]}")
        case ["stop", folder]:
            remove(Path(folder))
            sys.stderr.write("stopped\n")
        case ["restart-database", folder]:
            Postgres(Path(folder)).restart()
        case _:
            sys.exit(__doc__)
    return 0


def _print(folder: Path) -> int:
    variables, said = start(folder)
    sys.stderr.write(f"# {said}\n")
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"error: {failure}")
