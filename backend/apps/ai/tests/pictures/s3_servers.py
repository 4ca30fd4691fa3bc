"""Two servers that speak S3, started for the tests: moto, and rclone, which checks signatures."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RCLONE = Path(sys.executable).with_name("rclone")
BUCKET = "shop-media"


def config_of(endpoint: str, *, secret: str = "secret-key") -> dict[str, str]:
    return {
        "endpoint_url": endpoint,
        "aws_access_key_id": "access-key",
        "aws_secret_access_key": secret,
        "region_name": "auto",
        "bucket_name": BUCKET,
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def rclone(folder: Path, port: int) -> Iterator[str]:
    """The bucket is a folder, so that it outlives the server."""
    (folder / BUCKET).mkdir(parents=True, exist_ok=True)
    address = ["--addr", f"127.0.0.1:{port}", "--auth-key", "access-key,secret-key"]
    with _started([str(RCLONE), "serve", "s3", *address, str(folder)], port) as endpoint:
        yield endpoint


@contextmanager
def moto(port: int) -> Iterator[str]:
    program = "from moto.server import main; main()"
    with _started([sys.executable, "-c", program, "-H", "127.0.0.1", "-p", str(port)], port) as endpoint:
        yield endpoint


@contextmanager
def _started(command: list[str], port: int) -> Iterator[str]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            assert process.poll() is None, f"{command[0]} ended"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
