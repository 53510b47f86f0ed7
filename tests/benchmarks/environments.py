"""Environments for the peers whose pins clash with others', made when first needed."""

import json
import subprocess
import sys
import tomllib
import venv
from functools import cache
from pathlib import Path

_GROUPS = Path(__file__).parents[2] / "pyproject.toml"
_PEERS = Path(sys.prefix) / "peers"
_OPENAPI = """
import asyncio, aiohttp, yarl
from oneshot_async.simulator import Simulator

async def main():
    async with Simulator() as optimizer, aiohttp.ClientSession() as session:
        url = yarl.URL(optimizer.url).with_path("/openapi.json")
        async with session.get(url) as response:
            print(await response.text())

asyncio.run(main())
"""


@cache
def python_of(peer: str | None) -> Path:
    """Return the Python of a peer's environment, or of this one."""
    if peer is None:
        return Path(sys.executable)
    folder = _PEERS / peer
    python = folder / "bin" / "python"
    wanted = requirements(f"bench-{peer}")
    mark = folder / "installed.json"
    if not mark.exists() or json.loads(mark.read_text()) != wanted:
        venv.create(folder, with_pip=True, clear=True)
        _run(python, "-m", "pip", "install", "--quiet", *wanted)
        mark.write_text(json.dumps(wanted))
    return python


@cache
def generated_client() -> Path:
    """Return the folder of the client that is made of the simulator's OpenAPI."""
    folder = _PEERS / "generated"
    if not (folder / "oneshot_generated").exists():
        python = python_of("openapi")
        folder.mkdir(parents=True, exist_ok=True)
        document = folder / "openapi.json"
        document.write_text(_run(sys.executable, "-c", _OPENAPI))
        _run(
            python.with_name("openapi-python-client"),
            "generate",
            "--meta=none",
            f"--path={document}",
            f"--output-path={folder / 'oneshot_generated'}",
        )
    return folder


def requirements(group: str) -> list[str]:
    """Return what a dependency group of the project asks for."""
    groups = tomllib.loads(_GROUPS.read_text())["dependency-groups"]
    return [str(wanted) for wanted in groups[group]]


def _run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
