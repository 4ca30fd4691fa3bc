"""What scripts/demo.sh does once the packages are there; see its head for the options."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from machine import BACKEND, LOCAL, ROOT, Failure, alive

STATE = LOCAL / "demo"
SAMPLE = ROOT / "sample"
LOG = STATE / "worker.log"
STEPS = Path(__file__).with_name("demo_steps.py")
ADMIN = "createsuperuser --noinput --username admin --email admin@example.com".split()
WAIT_SECONDS = 300
STOP_SECONDS = 10
READY_SECONDS = 60
WORKER = (
    "-A config worker -Q ai,parsers,media,celery -n demo@%h --pool threads --concurrency 4 -B --loglevel INFO"
)
# The embedded engines, whatever the caller's environment or .env says: an empty value counts as set there.
EMBEDDED = {
    **dict.fromkeys(
        "OPENAI_API_KEY OPENAI_BASE_URL REDIS_URL QDRANT_URL QDRANT_HOST QDRANT_API_KEY".split(), ""
    ),
    **dict.fromkeys(
        "R2_ENDPOINT_URL R2_ACCESS_KEY_ID R2_SECRET_ACCESS_KEY R2_BUCKET_NAME R2_PUBLIC_URL".split(), ""
    ),
    **dict.fromkeys("AI_BUDGET_DAY_USD AI_BUDGET_MONTH_USD AI_BUDGET_RUN_USD".split(), ""),
    "AI_AUTO_PROCESS": "new_and_changed",
    "AI_AUDIT_SHARE": "0",  # what is sure is applied: every demo shows the same
    "AI_AUTO_APPLY_THRESHOLD": "",  # what the fit has measured
    "AI_ENGINE": "offline",
    "CELERY_BROKER_URL": "filesystem://localhost/",
    "DATABASE_URL": f"sqlite:///{STATE / 'db.sqlite3'}",
}


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo.sh")
    parser.add_argument("--no-serve", action="store_true", help="end after the table")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    parser.add_argument("--port", default="8000", help="of the admin (the next free one when it is taken)")
    parser.add_argument("--keep", action="store_true", help="go on with the state of the last demo")
    parser.add_argument(
        "--use-env", action="store_true", help="use the servers and keys that the environment names"
    )
    parser.add_argument("--only-check-arguments", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.port.isdecimal() or not 0 < int(options.port) < 65536:
        raise Failure(f"--port {options.port} is not a port number.")
    if options.json and (options.json.is_dir() or not options.json.absolute().parent.is_dir()):
        raise Failure(f"--json {options.json}: no such directory, or a directory itself.")
    return options


def stop_group(leader: int) -> None:
    """TERM, after ten seconds KILL; what outlives its leader (beat) goes too."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while alive(leader) and time.monotonic() < deadline:
            time.sleep(0.1)
        os.killpg(leader, signal.SIGKILL)


def stop_leftover(name: str, word: str) -> None:
    """End what a demo that was killed (-9) has left running; `word` stands in its command line."""
    with suppress(OSError, ValueError):
        pid = int((STATE / name).read_text())
        if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            stop_group(pid)


def free_port(wanted: int) -> int:
    for port in range(wanted, min(wanted + 100, 65536)):
        with socket.socket() as held, suppress(OSError):
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", port))
            if port != wanted:
                print(f"port {wanted} is taken: {port} instead")
            return port
    raise Failure(f"no free port from {wanted} on.")


class Demo:
    """One demo: its environment, its worker, and the time since it began."""

    def __init__(self, options: argparse.Namespace, stack: ExitStack) -> None:
        self.port = free_port(int(options.port))
        self.report_file = (options.json or STATE / "report.json").absolute()
        self.stack = stack
        self.begun = time.monotonic()
        self.worker: subprocess.Popen[str] | None = None
        self.environment = {
            **os.environ,
            **({} if options.use_env else EMBEDDED),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DJANGO_DEBUG": "true",
            "LOCAL_STATE_DIR": str(STATE),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "DJANGO_ALLOWED_HOSTS": "127.0.0.1,localhost",
            "LOG_LEVEL": "WARNING",
        }

    def started(self, command: list[Any], pidfile: str, **options: Any) -> subprocess.Popen[str]:
        """A process of a group of its own, that ends with the demo at the latest."""
        process = subprocess.Popen(
            command, cwd=BACKEND, stdin=subprocess.DEVNULL, start_new_session=True, text=True, **options
        )
        (STATE / pidfile).write_text(str(process.pid))
        self.stack.callback((STATE / pidfile).unlink, missing_ok=True)
        self.stack.callback(process.wait)
        self.stack.callback(stop_group, process.pid)
        return process

    def manage(self, *steps: tuple[object, ...], **extra: str) -> None:
        """Run the steps of demo_steps.py, (title, command, argument, …) each, in one process."""
        command = [sys.executable, STEPS, json.dumps([[str(word) for word in step] for step in steps])]
        environment = self.environment | extra | {"PYTHONPATH": str(BACKEND)}
        if self._ended(self.started(command, "step.pid", env=environment)) != 0:
            log = " and .local/demo/worker.log" if self.worker else ""
            raise Failure(f"the last step failed; see the lines above{log}.")

    def _ended(self, process: subprocess.Popen[str]) -> int:
        """Its exit code, when it has ended; the worker must live until then."""
        while process.poll() is None:
            self.check_worker()
            time.sleep(0.1)
        return process.returncode

    def start_worker(self) -> None:
        print("-- worker (log: .local/demo/worker.log)", flush=True)
        command = [sys.executable, "-W", "ignore", "-m", "celery", *WORKER.split()]
        log = self.stack.enter_context(LOG.open("w"))
        environment = self.environment | {"LOG_LEVEL": "INFO"}
        self.worker = self.started(command, "worker.pid", env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_SECONDS
        while "ready." not in LOG.read_text(errors="replace"):
            self.check_worker()
            if time.monotonic() > deadline:
                raise Failure("the worker did not become ready within a minute; see .local/demo/worker.log.")
            time.sleep(0.1)

    def check_worker(self) -> None:
        if self.worker and self.worker.poll() is not None:
            end = "\n".join(LOG.read_text(errors="replace").splitlines()[-20:])
            raise Failure(f"the worker has died; the end of .local/demo/worker.log:\n{end}")

    def prepare(self) -> str:
        """The password of the user `admin`; one from the last demo is kept."""
        file = STATE / "admin.password"
        password = file.read_text() if file.exists() else secrets.token_urlsafe(12)
        goods = STATE / "goods.jsonl"
        subprocess.run([sys.executable, SAMPLE / "make_catalogue.py", goods], check=True)
        self.manage(
            ("database", "migrate", "--verbosity", 0),
            ("categories", "import_categories", SAMPLE / "categories.jsonl"),
            ("catalogue of products a person has confirmed", "import_catalogue", SAMPLE / "catalogue.jsonl"),
            ("the same: what has been sold for years", "import_catalogue", goods),
            ("vector collections", "init_qdrant"),
            ("category vectors", "sync_categories"),
            ("how sure a category is, measured on that catalogue", "fit_categories", "--test", 700),
            ("templates", "import_templates", SAMPLE / "templates.json"),
            *([] if file.exists() else [("admin user", *ADMIN)]),
            DJANGO_SUPERUSER_PASSWORD=password,
        )
        file.touch(mode=0o600)
        file.write_text(password)
        return password

    def process_feeds(self) -> None:
        self.start_worker()
        self.manage(
            ("feed: wildberries", "run_parser", "wildberries", "--file", SAMPLE / "wildberries"),
            *(
                (f"feed: supplier, {feed.name}", "run_parser", "supplier", "--file", feed)
                for feed in sorted((SAMPLE / "supplier").glob("*.json"))
            ),
            ("results", "ai_report", "--wait", WAIT_SECONDS, "--json", self.report_file),
            ("what went live, against sample/expected.json", "demo_check", SAMPLE / "expected.json"),
        )
        print(f"-- done in {time.monotonic() - self.begun:.1f} s", flush=True)
        failed = json.loads(self.report_file.read_text())["totals"]["by_status"].get("failed", 0)
        if failed:
            raise Failure(f"{failed} products failed; see .local/demo/worker.log.")

    def serve(self, password: str) -> int:
        print(
            f"\n   admin     {self.environment['SITE_URL']}/admin/\n   login     admin\n   password  {password}"
        )
        print("\n   Ctrl-C stops it.", flush=True)
        command = [sys.executable, BACKEND / "manage.py", "runserver", f"127.0.0.1:{self.port}", "--noreload"]
        return self._ended(self.started(command, "beside.pid", env=self.environment))


def cpu_seconds() -> float:
    """What this process and its children, those that have ended, have used."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> int:
    options = read_arguments()
    if options.only_check_arguments:
        return 0
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "demo.lock").open("w") as lock, ExitStack() as stack:
        try:  # one demo at a time: it owns .local/demo and the only Qdrant folder in it
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Failure(
                "another demo of this checkout is running; stop it first (Ctrl-C in its terminal)."
            ) from None
        for name, word in (("worker.pid", "demo@"), ("beside.pid", "manage.py"), ("step.pid", "manage.py")):
            stop_leftover(name, word)
        if not options.keep:
            shutil.rmtree(STATE, ignore_errors=True)
        STATE.mkdir(parents=True, exist_ok=True)
        demo = Demo(options, stack)
        password = demo.prepare()
        demo.process_feeds()
        if not options.no_serve:
            return demo.serve(password)
    print(f"   {cpu_seconds():.1f} s of CPU, worker included", flush=True)
    return 0


def _ends_at(number: int) -> Callable[[int, object], None]:
    def end(_number: int, _frame: object) -> None:
        sys.exit(128 + number)

    return end


if __name__ == "__main__":
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, _ends_at(signal_number))
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"error: {failure}")
