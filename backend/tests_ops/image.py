"""The image of backend/Dockerfile as a folder of this machine, and the services of a compose file started in it.

The environment holds what `uv sync --group production` installs and nothing else: the tests' own packages hide
what production lacks (no worker started for a month since only pytest brought in `packaging`).
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests_ops.repository import BACKEND, INTERPOLATION, ROOT, compose, instructions

START_SECONDS = 60.0
STOP_SECONDS = 30.0
WEB_PORT = 8000  # in the Dockerfile, the compose files and the health check


def production_environment() -> Path:
    """A virtual environment with what the Dockerfile installs; the second call takes a tenth of a second."""
    place = ROOT / ".local" / "production"
    place.parent.mkdir(exist_ok=True)
    uv = [
        Path(sys.executable).with_name("uv"),
        "sync",
        "--quiet",
        "--project",
        BACKEND,
        "--python",
        sys.executable,
    ]
    (install,) = [rest for name, rest in instructions() if name == "RUN" and "uv sync" in rest]
    options = shlex.split(install.partition("uv sync --project /lock ")[2])
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _run([*uv, *options], env=os.environ | {"UV_PROJECT_ENVIRONMENT": str(place)})
    return place


def _run(command: list[Any], **options: Any) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}"


@dataclass(frozen=True)
class Image:
    """`root` is the root directory `/` of the image, `environment` what its ENV lines and the machine give."""

    root: Path
    directory: Path
    environment: dict[str, str]
    port: int

    @property
    def state(self) -> Path:
        """Where the volume app_state lies: beside the root, which may be read-only."""
        return self.root.with_name(f"{self.root.name}-state")

    @classmethod
    def build(cls, root: Path) -> Image:
        """Copy what the Dockerfile copies, then run its collectstatic."""
        names = [name for name, _ in instructions()]
        stage = instructions()[len(names) - names[::-1].index("FROM") :]
        directory = root
        for name, rest in stage:
            if name == "WORKDIR":
                directory = root / rest.lstrip("/")
                directory.mkdir(parents=True)
            elif name == "COPY" and "--from=" not in rest:
                *sources, target = shlex.split(rest)
                _copy(sources, directory / target)
        environment = {
            "PATH": f"{production_environment()}/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(root),
            "HOSTNAME": socket.gethostname(),
            "ENV_FILE": "/dev/null",
            "LANG": "C.UTF-8",
        }
        for rest in (rest for name, rest in stage if name == "ENV"):
            environment = dict(word.split("=", 1) for word in shlex.split(rest)) | environment
        environment["LOCAL_STATE_DIR"] = str(root.with_name(f"{root.name}-state"))
        del environment["PYTHONDONTWRITEBYTECODE"]  # a dozen starts from the same folder
        image = cls(root, directory, environment, free_port())
        health = directory.parent / "scripts/lib/web_health.py"
        health.write_text(health.read_text().replace(f"PORT = {WEB_PORT}", f"PORT = {image.port}"))
        (collect,) = [rest for name, rest in stage if name == "RUN" and "collectstatic" in rest]
        collect = collect.partition(" && ")[0].replace("/tmp/", f"{root}/")
        _run(["sh", "-c", collect], cwd=directory, env=environment)
        return image

    def locked(self, command: list[str]) -> list[str]:
        """The command with a root that cannot be written, as `read_only: true` gives it; only root can do that."""
        if os.geteuid() != 0:
            return command
        script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$1" && shift && exec "$@"'
        return ["unshare", "--mount", "sh", "-c", script, str(self.root), str(self.directory), *command]

    def command(self, definition: Mapping[str, Any]) -> list[str]:
        """The service's command, or the Dockerfile's; it listens on a free port."""
        (default,) = [rest for name, rest in instructions() if name == "CMD"]
        words = definition.get("command") or shlex.split(default.strip("[]").replace(",", " "))
        return [interpolated(word, {}).replace(f":{WEB_PORT}", f":{self.port}") for word in words]

    def health_check(self, definition: Mapping[str, Any]) -> list[str]:
        (default,) = [rest.partition(" CMD ")[2] for name, rest in instructions() if name == "HEALTHCHECK"]
        if "healthcheck" not in definition:
            words = shlex.split(default.strip("[]").replace(",", " "))
            return [self._here(word) for word in words]
        kind, *words = definition["healthcheck"]["test"]
        words = [self._here(interpolated(word, {})) for word in words]
        return ["sh", "-c", *words] if kind == "CMD-SHELL" else words

    def _here(self, word: str) -> str:
        return word.replace("/srv/", f"{self.root}/srv/")


def _copy(sources: list[str], target: Path) -> None:
    ignored = shutil.ignore_patterns("staticfiles", "tests_ops", ".*_cache", "*.sqlite3*")
    for source in sources:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, dirs_exist_ok=True, ignore=ignored)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / source, target)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port


def interpolated(value: str, variables: Mapping[str, str]) -> str:
    """What compose makes of a value: ${A}, ${A:-default}, ${A:?message} and $$."""

    def put(match: Any) -> str:
        name, rest = match[1], match[2] or ""
        if variables.get(name):
            return variables[name]
        assert not rest.startswith((":?", "?")), f"compose asks for {name}"
        return rest.removeprefix(":").removeprefix("-")

    return INTERPOLATION.sub(put, str(value)).replace("$$", "$")


def services_of_the_image(name: str) -> dict[str, dict[str, Any]]:
    return {service: d for service, d in compose(name)["services"].items() if "build" in d}


@dataclass
class Service:
    """A started service; `log` is what it has said so far."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def log(self) -> str:
        return self.output.read_text(errors="replace")

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the condition; a service that ends before is a failure with its log."""
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.log[-3000:]}"
            assert time.monotonic() < deadline, f"not ready after {START_SECONDS} s:\n{self.log[-3000:]}"
            time.sleep(0.1)


@contextmanager
def started(command: list[str], image: Image, environment: dict[str, str]) -> Iterator[Service]:
    """Start it as a container would, end it as `docker stop` does; it has to end by itself then."""
    output = image.state / "service.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=image.directory, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    service = Service(process, output)
    try:
        yield service
        process.terminate()
        assert process.wait(timeout=STOP_SECONDS) == 0, service.log[-3000:]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
