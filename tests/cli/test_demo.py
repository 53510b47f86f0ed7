"""`oneshot-async demo`: the whole flow in one command."""

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from oneshot_async.verification import verify_pdf


async def test_the_demo_signs_a_sample_and_says_what_happens(run, tmp_path):
    """It leaves a signed sample in ./signed and tells the steps in plain text."""
    ended = await run("demo", COLUMNS="40")

    assert (ended.code, ended.err) == (0, "")
    signed = tmp_path / "signed" / "sample-signed.pdf"
    (check,) = (await verify_pdf(signed.read_bytes())).signatures
    assert (check.intact, check.covers_whole_file) == (True, True)
    assert {path.name for path in signed.parent.iterdir()} == {
        "sample-signed.pdf",
        "service-contract.pdf",
    }
    assert "✓ Upload the documents" in ended.out
    assert "request 800001 is ENROLLREADY (REQUEST_APPROVED)" in ended.out
    path, verdict = ended.out.splitlines()[-2:]
    assert path == "signed/sample-signed.pdf"
    assert verdict.startswith("  signed by Ada Lovelace: intact, covers the whole file")
    assert "\x1b" not in ended.out


async def test_the_demo_tells_machines(run):
    """With --json each line is an object, and the last one tells the result."""
    ended = await run("demo", "--json")

    callbacks = [one["callback"]["status"] for one in ended.told if "callback" in one]
    assert callbacks == ["CREATED", "ENROLLREADY", "ISSUED"]
    assert ended.told[0] == {"step": "Start the simulator and the receiver"}
    assert ended.told[-1]["signed"] == ["signed/sample-signed.pdf"]
    assert [one["valid"] for one in ended.told[-1]["verified"]] == [True]


async def test_documents_with_one_name_are_kept_apart(run, pdf, tmp_path):
    """Own documents may share a name, and nothing that exists is overwritten."""
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / "loan.pdf"
    twin.write_bytes(pdf.read_bytes())
    earlier = tmp_path / "loan-signed.pdf"
    earlier.write_bytes(pdf.read_bytes())

    ended = await run(
        "demo", "--json", "--output", ".",
        "--document", "loan.pdf", "--document", twin, "--document", earlier,
    )  # fmt: skip

    assert ended.code == 0
    signed = ended.told[-1]["signed"]
    assert len({tmp_path / path for path in signed} - {pdf, twin, earlier}) == 3
    assert pdf.read_bytes() == twin.read_bytes() == earlier.read_bytes()
    assert {one["path"] for one in ended.told[-1]["verified"]} == set(signed)
    assert all(one["valid"] for one in ended.told[-1]["verified"])


async def test_an_encrypted_document_is_one_line_of_error(run, pdf, tmp_path):
    """A document with a password is refused before anything is started."""
    with pdf.open("rb") as file:
        writer = copy_into_new_writer(PdfFileReader(file))
        writer.encrypt("owner", "user")
        with (tmp_path / "locked.pdf").open("wb") as locked:
            writer.write(locked)

    ended = await run("demo", "--document", "locked.pdf")

    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert ended.err.startswith("error: locked.pdf: ")
    assert "password" in ended.err


async def test_what_is_no_pdf_is_refused_at_once(run, tmp_path):
    """Another kind of file is refused before anything is started."""
    (tmp_path / "note.pdf").write_text("no PDF at all")

    ended = await run("demo", "--document", "note.pdf")

    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "error: note.pdf: the document is no PDF\n"


async def test_an_output_folder_that_cannot_be_made_is_an_error(run, pdf):
    """A folder inside a file is one line of error, and leaves nothing behind."""
    ended = await run("demo", "--output", f"{pdf.name}/inside")

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "Not a directory" in ended.err
