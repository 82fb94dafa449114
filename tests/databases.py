"""Real databases for tests: libraries copied from a template, and a PostgreSQL server of our own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

_NUMBERS = count(1)


def postgres_programs() -> Path | None:
    """The folder of the newest PostgreSQL server installed here (Debian's layout, else PATH), or None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("postgres")
    return Path(found).parent if found else None


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _as_server_user() -> list[str]:
    """PostgreSQL refuses to run as root: the words that start a program as somebody else."""
    if os.geteuid() != 0:
        return []
    try:
        name = pwd.getpwnam("postgres").pw_name
    except KeyError:
        name = "nobody"
    user = pwd.getpwnam(name)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@dataclass
class Postgres:
    """A PostgreSQL server on a free port with a temporary data folder."""

    programs: Path
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="kiosk-pg-")))
    process: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make the data folder and start."""
        as_user = _as_server_user()
        if as_user:
            shutil.chown(self.folder, int(as_user[1].partition("=")[2]), int(as_user[2].partition("=")[2]))
        made = subprocess.run(
            [
                *as_user,
                self.programs / "initdb",
                "-D",
                self.folder / "data",
                "-U",
                "kiosk",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            capture_output=True,
            text=True,
            cwd=self.folder,
        )
        assert made.returncode == 0, made.stderr
        self.start()

    def start(self, fsync: bool = False) -> None:
        """Start and wait until it answers. `fsync` off is quicker and only loses data when the machine falls over."""
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "on" if fsync else "off",
            "full_page_writes": "on" if fsync else "off",
            "shared_buffers": "32MB",
            "max_connections": "40",
            "log_min_messages": "fatal",
        }
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as_server_user(), self.programs / "postgres", "-D", self.folder / "data"]
                + [word for key, value in options.items() for word in ("-c", f"{key}={value}")],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self.wait()

    def wait(self) -> None:
        """Until the server takes connections."""
        import psycopg

        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert self.process is not None and self.process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < until, "PostgreSQL does not start"
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop, cutting every connection (SIGINT: fast; SIGQUIT: as if the power failed)."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def hang(self) -> None:
        """Let the server and all its processes stand still: connections stay, and nobody gets an answer."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a server go on that hung."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        assert self.process is not None
        first = self.process.pid
        os.kill(first, what)  # which makes no further processes then
        for pid in Path(f"/proc/{first}/task/{first}/children").read_text().split():
            os.kill(int(pid), what)

    def restart(self, fsync: bool = False, how: signal.Signals = signal.SIGINT) -> None:
        self.stop(how)
        self.start(fsync)

    def destroy(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, port: int | None = None) -> str:
        return f"postgresql://kiosk@127.0.0.1:{port or self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement outside any transaction; its rows, if it has any."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as conn:
            done = conn.execute(statement)  # type: ignore[arg-type]  # tests may write plain text
            return done.fetchall() if done.description else []

    def new_database(self, template: str = "template1") -> str:
        """A fresh database, and its name."""
        name = f"test_{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
