"""What scripts/try_production does in its namespaces; `try_production.py systemctl …` stands in for systemctl there."""

from __future__ import annotations

import configparser
import ctypes
import fcntl
import os
import re
import secrets
import shlex
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from machine import BACKEND, ROOT, Failure
from servers import Postgres, Redis, secret

WORK = Path("/var/tmp/pharmaturk-try")
UNITS = Path("/etc/systemd/system")
LIVE = Path("/etc/letsencrypt/live/shop.example")
MODEL_PORT = 8089
NEW_NETWORK, BRING_UP = 0x40000000, 0x8914  # CLONE_NEWNET, SIOCSIFFLAGS


def steps() -> dict[str, list[tuple[str, str]]]:
    """Title → (language, text) of each fenced block, of the steps of "Without Docker"."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    section = page.partition("\n## Without Docker\n")[2].partition("\n## ")[0]
    parts = re.split(r"^### (.*)$", section, flags=re.MULTILINE)
    blocks = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return {title: blocks.findall(text) for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def copy_over(folder: str) -> None:
    """What is written below the folder stays in WORK."""
    upper, work = WORK / f"upper{folder}", WORK / f"work{folder}"
    upper.mkdir(parents=True)
    work.mkdir(parents=True)
    options = f"lowerdir={folder},upperdir={upper},workdir={work}"
    _ended(["mount", "-t", "overlay", "overlay", "-o", options, folder])


def private_network() -> None:
    """A network of this process and its children alone: every port of 127.0.0.1 is free."""
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK) != 0:
        raise Failure(f"no network of one's own: {os.strerror(ctypes.get_errno())}")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, BRING_UP, struct.pack("16sH14s", b"lo", 1, b""))


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """What the page takes from the distribution and from providers, as variables of `.env`."""
    sys.path.insert(0, str(BACKEND))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings.test", "ENV_FILE": "/dev/null"}

    from apps.ai.tests.support import qdrant_server  # noqa: PLC0415 - the path is known since the line above
    from tests_ops import storage  # noqa: PLC0415

    secret(WORK)
    database, broker = Postgres(WORK), Redis(WORK)
    database.start()
    broker.start()
    (WORK / "media").mkdir()
    key = secrets.token_urlsafe(32)
    with ExitStack() as stack:
        media = stack.enter_context(storage.running(WORK / "media"))
        qdrant = stack.enter_context(qdrant_server.running(api_key=key))
        stack.enter_context(_model())
        yield media | {
            "DATABASE_URL": database.url,
            "REDIS_URL": broker.url,
            "QDRANT_URL": qdrant.url,
            "QDRANT_API_KEY": key,
            "OPENAI_API_KEY": "key-of-the-trial",
            "DJANGO_SECRET_KEY": secrets.token_urlsafe(64),
            "HEALTH_TOKEN": secrets.token_urlsafe(32),
        }
        broker.stop()
        database.stop()


@contextmanager
def _model() -> Iterator[None]:
    options = ["--port", str(MODEL_PORT), "--script", "apps.ai.tests.support.shop_answers:answer"]
    command = [sys.executable, "-m", "apps.ai.tests.support.openai_server", *options]
    with (WORK / "model.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=BACKEND, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def dot_env(example: str, values: dict[str, str]) -> str:
    """The page's settings with the trial's values; a variable that has neither is a fault of the page."""
    lines = []
    for line in example.splitlines():
        name, _, value = line.partition("=")
        value = values.get(name, value)
        if not value:
            raise Failure(f"{name} of the page has no value here.")
        lines.append(f"{name}={value}")
    lacking = set(values) - {line.partition("=")[0] for line in lines}
    if lacking:
        raise Failure(f"the page does not name {', '.join(sorted(lacking))}.")
    # In the place of OpenAI, as the page says.
    lines.append(f"OPENAI_BASE_URL=http://127.0.0.1:{MODEL_PORT}/v1")
    return "\n".join(lines) + "\n"


def typed(script: str, **environment: str) -> None:
    """Run it as if somebody typed it: each line is shown as it is read, with all that it says."""
    given = {
        "PIP_QUIET": "2",
        "PATH": f"{WORK}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
    }
    pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP"))}
    done = subprocess.run(
        ["bash", "-veuo", "pipefail"],
        input=script,
        text=True,
        env=given | pip | environment,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise Failure(f"the page's commands ended with {done.returncode}; see the lines above.\n{_logs()}")


def _logs() -> str:
    return "\n".join(f"-- {log.name}\n{_end(log)}" for log in sorted(WORK.glob("*.log")))


def _end(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:])


def _ended(command: list[str], **options: Any) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise Failure(f"{shlex.join(command)}: {done.stderr.strip()}")


def certificate() -> None:
    """Signed by itself, where certbot puts one."""
    LIVE.mkdir(parents=True)
    name = ["-subj", "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example"]
    files = ["-keyout", str(LIVE / "privkey.pem"), "-out", str(LIVE / "fullchain.pem")]
    _ended(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name, *files])
    with Path("/etc/hosts").open("a") as hosts:
        hosts.write("127.0.0.1 shop.example\n")


def shim() -> None:
    (WORK / "bin").mkdir()
    program = WORK / "bin/systemctl"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {__file__} systemctl "$@"\n')
    program.chmod(0o755)


def systemctl(*arguments: str) -> None:
    match arguments:
        case ["daemon-reload"]:
            return
        case ["restart", "nginx"]:
            _ended(["nginx"])
        case ["enable", "--now", *names]:
            for name in names:
                start(name)
        case _:
            raise Failure(f"systemctl {shlex.join(arguments)} is not known here.")


def start(name: str) -> None:
    """A unit with its drop-in: command, user, directory and environment. What else it says only systemd can do."""
    template, at, instance = name.partition("@")
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read([UNITS / f"{template}{at}.service", UNITS / "pharmaturk-.service.d/common.conf"])
    service = unit["Service"]
    command = service["ExecStart"].replace("%i", instance).replace("%%", "%")
    environment = dict(pair.split("=", 1) for pair in service["Environment"].split())
    with (WORK / f"{name}.log").open("wb") as log:
        subprocess.Popen(
            shlex.split(command),
            cwd=service["WorkingDirectory"],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | environment,
            user=service["User"],
            group=service["Group"],
            extra_groups=[],
            umask=int(service["UMask"], 8),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def follow() -> None:
    begun = time.monotonic()
    WORK.mkdir(exist_ok=True)
    _ended(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(WORK)])
    for folder in ("/etc", "/opt", "/var/lib"):
        copy_over(folder)
    shim()
    page = steps()
    _packages, code, settings, *rest = page
    print(f"== {code}", flush=True)
    typed(_script(page[code]), REPOSITORY=str(ROOT), GIT_CONFIG_COUNT="1", **_trusting())
    private_network()
    certificate()
    with servers() as values:
        print(f"\n== {settings} (.env: {', '.join(sorted(values))} of this trial)", flush=True)
        ((_, example),) = [block for block in page[settings] if block[0] == "ini"]
        Path("/opt/pharmaturk/.env").write_text(dot_env(example, values), encoding="utf-8")
        lines = ["cd /opt/pharmaturk", _script(page[settings])]
        lines += [f": == {title}\n{_script(page[title])}" for title in rest]
        typed("\n".join(lines), CURL_CA_BUNDLE=str(LIVE / "fullchain.pem"))
    print(f"\nfrom nothing to an approved card in {time.monotonic() - begun:.0f} s")


def _trusting() -> dict[str, str]:
    """Git clones what another user owns."""
    return {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}


def _script(blocks: list[tuple[str, str]]) -> str:
    return "\n".join(text for language, text in blocks if language == "sh")


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == ["systemctl"]:
            systemctl(*sys.argv[2:])
        else:
            follow()
    except Failure as failure:
        sys.exit(f"error: {failure}")
