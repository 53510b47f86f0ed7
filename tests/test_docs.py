"""What README and examples show is run as it stands there."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from oneshot_async import errors
from oneshot_async.simulator.paper import sample_pdf
from oneshot_async.verification import verify_pdf

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"(<!-- not run: [^\n]*-->\n)?```python\n(.*?)```", re.DOTALL)
BLOCKS = [code for skipped, code in BLOCK.findall(README) if not skipped]
FILE = re.compile(r"<!-- (\w+\.py) -->\n```python\n(.*?)```", re.DOTALL)
"""A block that others import by a name."""
GUARD = 30
FAMILIES = {"Any", "ClassVar", "OneShotError"} | {
    f"{name}Error" for name in ("Api", "Inbox", "Signing", "Transport")
}
"""What is in errors.py for others to be made of."""
EXAMPLES = ROOT / "examples"
ADA = ["Ada Lovelace"]
SIGNED = {
    "countersignature": {"file": [*ADA, "Simulated Countersigner"]},
    "external_authentication": {"file": ADA},
    "external_videoid": {"file": ADA},
    "look_for_each_document": {"insurance": ADA, "loan": ADA},
    "many_documents": {"insurance": ADA, "loan": ADA, "privacy": ADA},
    "sign_on_the_simulator": {"file": ADA},
    "synchronous_mode": {"file": ADA},
    "two_step_videoid": {"file": ["Simulated Person"]},
    "videoid": {"file": ["Simulated Person"]},
    "visible_signature": {"file": ADA},
    "whatsapp_otp": {"file": ADA},
}
"""Which documents an example leaves signed, and by whom."""
SAID = {
    "countersignature": "Ada Lovelace valid\nSimulated Countersigner valid\n",
    "external_authentication": "with 0 messages sent\n",
    "sign_on_the_simulator": "signed: signed/file-signed.pdf valid\n",
    "synchronous_mode": "with 0 callbacks\n",
    "two_step_videoid": "CREATED\nafter the second approval: ENROLLREADY\n",
    "whatsapp_otp": "the code came by whatsapp\n",
}
"""What an example prints beyond the files."""
OTHERWISE = {"fastapi_service", "hash_signing", "service", "sign_a_folder"}
"""What is run by a test of its own, here or in test_services.py."""
PYTEST_INI = "[pytest]\nasyncio_default_fixture_loop_scope = function\n"
"""No mode: the block has to work in the one that pytest-asyncio comes with."""
SAMPLE = sample_pdf()


async def run(*arguments: str | Path, cwd: Path, code: int = 0, **env: str) -> str:
    """Return what a Python process prints; warnings are errors, and so another code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        *arguments,
        cwd=cwd,
        env={**os.environ, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(GUARD):
        printed, _ = await process.communicate()
    assert process.returncode == code, printed.decode()
    return printed.decode()


def test_the_readme_has_its_blocks() -> None:
    """The blocks are found, so that the next test runs something."""
    assert len(BLOCKS) == 10


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
async def test_every_block_of_the_readme_runs(block: str, tmp_path: Path) -> None:
    """A block works as it stands, as a script or as a test file."""
    (tmp_path / "contract.pdf").write_bytes(SAMPLE)
    for name, code in FILE.findall(README):
        (tmp_path / name).write_text(code)
    script = tmp_path / "test_block.py"
    script.write_text(block)
    if "import pytest" in block:
        (tmp_path / "pytest.ini").write_text(PYTEST_INI)
        await run("-m", "pytest", script, cwd=tmp_path)
    else:
        await run(script, cwd=tmp_path)


SHOWN = re.findall(r"`(tests/\S+\.py)::(test_\w+)`", README)


@pytest.mark.parametrize(("file", "name"), SHOWN, ids=[name for _, name in SHOWN])
def test_what_the_readme_points_to_is_there(file: str, name: str) -> None:
    """Each threat names the test that shows what stops it."""
    assert re.search(rf"def {name}\(", (ROOT / file).read_text())


def test_the_readme_says_what_to_do_about_every_error() -> None:
    """Each error that is raised as such has a row in the table of errors."""
    rows = re.findall(r"^\| (`\w+Error`[^|]*) \| [^|]+ \|$", README, re.M)
    told = re.findall(r"`(\w+)`", " ".join(rows))
    known = {name for name, kind in vars(errors).items() if isinstance(kind, type)}

    assert sorted(told) == sorted(known - FAMILIES)


async def test_the_readmes_first_block_signs(tmp_path: Path) -> None:
    """The first example leaves the signed document and the service contract."""
    (tmp_path / "contract.pdf").write_bytes(SAMPLE)
    (tmp_path / "first.py").write_text(BLOCKS[0])

    printed = await run(tmp_path / "first.py", cwd=tmp_path)

    signed = tmp_path / printed.strip()
    assert signed.name == "contract-signed.pdf"
    assert (await verify_pdf(signed.read_bytes())).signatures[0].intact
    assert (tmp_path / "service-contract.pdf").read_bytes().startswith(b"%PDF")


def test_every_example_is_run() -> None:
    """No example stands there that no test here runs."""
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {*SIGNED, *OTHERWISE}


@pytest.mark.parametrize("name", SIGNED)
async def test_an_example_leaves_its_documents_signed(
    name: str, tmp_path: Path
) -> None:
    """Each document is there, and signed by whom the example says, in that order."""
    printed = await run(EXAMPLES / f"{name}.py", cwd=tmp_path)

    signed = (tmp_path / "signed").glob("*-signed.pdf")
    left = {path.stem.removesuffix("-signed"): await signers(path) for path in signed}
    assert left == SIGNED[name]
    assert SAID.get(name, "signed: signed/") in printed


@pytest.mark.parametrize("name", [*SIGNED, "hash_signing"])
async def test_an_example_takes_a_file_and_says_if_it_cannot(
    name: str, tmp_path: Path
) -> None:
    """A file that is not there ends each of them in a sentence, and no traceback."""
    printed = await run(EXAMPLES / f"{name}.py", "no.pdf", cwd=tmp_path, code=1)

    *_, last = printed.splitlines()
    assert last.endswith(": the file cannot be read: No such file or directory")
    assert "Traceback" not in printed


@pytest.mark.parametrize(("name", "files"), [("videoid", 1), ("many_documents", 2)])
async def test_an_example_signs_the_files_it_is_given(
    name: str, files: int, tmp_path: Path
) -> None:
    """What stands on the command line is signed, and not the samples."""
    given = [tmp_path / f"{number}.pdf" for number in range(files)]
    for path in given:
        path.write_bytes(SAMPLE)

    printed = await run(EXAMPLES / f"{name}.py", *given, cwd=tmp_path)

    assert printed.splitlines() == [
        f"signed: signed/{n}-signed.pdf" for n in range(files)
    ]


async def signers(path: Path) -> list[str]:
    """Return who signed a document; whoever's signature is broken did not."""
    found = await verify_pdf(await asyncio.to_thread(path.read_bytes))
    checks = found.signatures
    return [each.signer for each in checks if each.intact and each.covers_whole_file]


@pytest.mark.needs("openssl")
async def test_the_hash_example_signs(tmp_path: Path) -> None:
    """Of a file that stays here only the signature comes back, and openssl agrees."""
    printed = await run(EXAMPLES / "hash_signing.py", cwd=tmp_path)

    assert printed.splitlines()[-1] == "signed: signed/hash_signing.py.p7m valid"
    assert (tmp_path / "signed" / "hash_signing.py.p7m").exists()


async def test_the_video_example_shows_a_refusal_too(tmp_path: Path) -> None:
    """A person whom the officer refuses signs nothing."""
    printed = await run(EXAMPLES / "videoid.py", "--refuse", cwd=tmp_path)

    assert printed.startswith("refused: request 800001 is cancelled.")
    assert not (tmp_path / "signed").exists()
