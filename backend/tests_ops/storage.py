"""The picture storage of docker-compose.yml: its three commands run by rclone of the tests' packages."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests_ops.image import free_port
from tests_ops.repository import compose

RCLONE = Path(sys.executable).with_name("rclone")
SECONDS = 20.0


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """The variables that name it, as the settings read them; files lie in `folder`/BUCKET."""
    services = compose("docker-compose.yml")["services"]
    signed, public = free_port(), free_port()
    addresses = {":9000": f":{signed}", ":9001": f":{public}", "/data": str(folder)}
    environment = {
        name: value.replace("storage:9000", f"127.0.0.1:{signed}")
        for name, value in services["storage"]["environment"].items()
    }

    def command(service: str) -> list[str]:
        words = services[service]["command"]
        for old, new in addresses.items():
            words = [new + word.removeprefix(old) if word.startswith(old) else word for word in words]
        return [str(RCLONE), *words]

    def healthy() -> bool:
        _, *words = services["storage"]["healthcheck"]["test"]
        return _ended([str(RCLONE), *words[1:]], environment) == 0

    with ExitStack() as stack:
        stack.enter_context(_started(command("storage"), environment))
        _until(healthy)
        assert _ended(command("storage_bucket"), environment) == 0
        stack.enter_context(_started(command("storage_public"), environment))
        _until(lambda: _answers(f"http://127.0.0.1:{public}/"))
        given: dict[str, Any] = services["backend"]["environment"]
        defaults = {n: v.partition(":-")[2].rstrip("}") for n, v in given.items() if n.startswith("R2_")}
        yield defaults | {
            "R2_ENDPOINT_URL": f"http://127.0.0.1:{signed}",
            "R2_PUBLIC_URL": f"http://127.0.0.1:{public}",
        }


def _ended(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60).returncode


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    silent: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **silent) as process:
        try:
            yield
        finally:
            process.terminate()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the storage is not ready"
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except OSError:
        return False
