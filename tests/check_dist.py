"""Looks into the built distributions: what they hold, how they build and install."""

import os
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

RUNTIME = {"aiohttp", "attrs", "cattrs", "yarl"}
# Where the wheel has it: beside the package, as pytest must not load that.
PLUGIN = ("oneshot_async/_pytest_plugin.py", "_oneshot_async_pytest.py")


def main(folder: Path) -> None:
    """Check the wheel and the source distribution in a folder."""
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    check_contents(wheel, sdist)
    check_reproducible(wheel, sdist)
    check_installed(wheel)
    sys.stdout.write(f"{wheel.name} and {sdist.name} are whole\n")


def check_contents(wheel: Path, sdist: Path) -> None:
    """Both carry the whole package and the licence; the wheel the plugin besides."""
    inside = zipfile.ZipFile(wheel).namelist()
    with tarfile.open(sdist) as archive:
        source = archive.getnames()
    root = source[0].split("/")[0]
    assert {name.replace(*PLUGIN) for name in package_files()} <= set(inside)
    assert package_files() <= {name.removeprefix(f"{root}/") for name in source}
    assert any(name.endswith("LICENSE") for name in inside)
    assert any(name.endswith("/tests/check_dist.py") for name in source)
    assert {name.split("/")[0].split("-")[0] for name in inside} == {
        "oneshot_async",
        PLUGIN[1],
    }


def package_files() -> set[str]:
    """Return the paths of all that belongs to the package: code, pages, markers."""
    package = Path(__file__).parents[1] / "oneshot_async"
    return {
        str(path.relative_to(package.parent))
        for path in package.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def check_reproducible(wheel: Path, sdist: Path) -> None:
    """Built again elsewhere, at another time, of older files, both are the same."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        (source,) = Path(folder).iterdir()
        for path in source.rglob("*"):
            os.utime(path, (0, 0))
        again = Path(folder, "again")
        run(sys.executable, "-m", "build", "--outdir", again, source)
        for built in (wheel, sdist):
            assert (again / built.name).read_bytes() == built.read_bytes()


def check_installed(wheel: Path) -> None:
    """Installed alone it imports, has its version and asks for nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "bin", "python")
        run(python, "-m", "pip", "install", "--quiet", str(wheel))
        version = run(python, "-c", "import oneshot_async as o; print(o.__version__)")
        assert f"-{version}-" in wheel.name
        assert needed(python) == RUNTIME
        refused = subprocess.run(
            [python, "-m", "oneshot_async", "demo"],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
        assert refused.returncode == 1
        assert refused.stderr.splitlines() == [
            "error: the command line needs: pip install 'oneshot-async[cli]'"
        ]


def needed(python: Path) -> set[str]:
    """Return the names of what the distribution needs without any extra."""
    code = (
        "from importlib.metadata import requires\n"
        "print(*(r for r in requires('oneshot-async') if 'extra ==' not in r))"
    )
    return {name.split(">=")[0] for name in run(python, "-c", code).split()}


def run(*command: str | Path) -> str:
    """Return what a command prints; it must succeed."""
    return subprocess.run(
        command, check=True, capture_output=True, text=True, cwd="/"
    ).stdout.strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
