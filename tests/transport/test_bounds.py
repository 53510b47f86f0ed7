"""Answers that are too large: files beyond `max_download`, all others beyond 16 MiB."""

import gzip
import tracemalloc
import zlib

import pytest

from oneshot_async import OneShotClient
from oneshot_async.errors import (
    InvalidInputError,
    NotFoundError,
    UnexpectedResponseError,
)

MIB = 2**20
LIMIT = 300_000
MODES = ["memory", "progress", "file"]


@pytest.fixture(scope="module")
def bomb():
    """Zeros, of which more could be packed into as little."""
    packer = zlib.compressobj(9, wbits=31)
    pieces = [packer.compress(bytes(MIB)) for _ in range(128)]
    return b"".join([*pieces, packer.flush()])


@pytest.fixture
def options(tmp_path):
    """Return what asks for a download of one of the modes."""
    return {
        "memory": {},
        "progress": {"progress": lambda _: None},
        "file": {"to": tmp_path / "a.pdf"},
    }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [LIMIT + 1, None], ids=["announced", "unannounced"])
async def test_too_large_file_is_refused(
    listen, connect, answers, options, tmp_path, left_in, mode, size
):
    """A file beyond the bound is an error that names it, and nothing is left of it."""
    content = b"x" * (LIMIT + 1)
    url = await listen(answers.pieces(content[:LIMIT], content[LIMIT:], size=size))
    client = await connect(url, max_download=LIMIT)

    with pytest.raises(UnexpectedResponseError, match=r"max_download \(300000 bytes\)"):
        await client.documents.download(7, "uid", **options[mode])

    assert left_in(tmp_path) == []


@pytest.mark.parametrize("mode", MODES)
async def test_file_of_just_that_size_is_taken(
    serve, connect, answers, options, tmp_path, mode
):
    """A file that is as large as it may be arrives."""
    server = await serve(answers.raw(b"x" * LIMIT, content_type="application/pdf"))
    client = await connect(server.url, max_download=LIMIT)

    got = await client.requests.contract(7, **options[mode])

    assert len(got.read_bytes() if mode == "file" else got) == LIMIT


@pytest.mark.parametrize("mode", MODES)
async def test_packed_file_is_counted_unpacked(
    serve, connect, answers, options, tmp_path, left_in, mode
):
    """A file that is small on the wire only is refused, once, and the old one stays."""
    packed = gzip.compress(b"x" * (LIMIT + 1))
    server = await serve(answers.raw(packed, Content_Encoding="gzip"))
    client = await connect(server.url, max_download=LIMIT)
    (tmp_path / "a.pdf").write_bytes(b"old")

    with pytest.raises(UnexpectedResponseError, match="max_download"):
        await client.documents.download(7, "uid", **options[mode])

    assert len(server.seen) == 1
    assert left_in(tmp_path) == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"old"


async def test_a_gibibyte_is_the_bound_by_default(listen, connect, answers):
    """Unless told otherwise, a client takes no file beyond 1 GiB."""
    client = await connect(await listen(answers.pieces(b"%PDF", size=2**30 + 1)))

    with pytest.raises(UnexpectedResponseError, match=r"\(1073741824 bytes\)"):
        await client.documents.download(7, "uid")


@pytest.mark.parametrize("status", [200, 404, 500])
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.tokens.delete("uid"),
        lambda client: client.requests.get(7),
        lambda client: client.tokens.create("somebody"),
        lambda client: client.call("GET /novelty"),
    ],
    ids=["delete", "get", "post", "unknown"],
)
async def test_bomb_in_place_of_an_answer_is_refused(
    serve, connect, answers, bomb, call, status
):
    """An answer that unpacks to far more is given up when it has grown to 16 MiB."""
    server = await serve(answers.raw(bomb, status, Content_Encoding="gzip"))
    client = await connect(server.url)
    tracemalloc.start()
    try:
        with pytest.raises(UnexpectedResponseError, match="larger than 16 MiB"):
            await call(client)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(server.seen) == 1
    assert peak < 32 * MIB


@pytest.mark.parametrize("status", [404, 500])
async def test_bomb_in_place_of_a_file_is_refused(
    serve, connect, answers, bomb, tmp_path, left_in, status
):
    """A refusal of a download has the bound of every refusal, and leaves no file."""
    server = await serve(answers.raw(bomb, status, Content_Encoding="gzip"))
    client = await connect(server.url)

    with pytest.raises(UnexpectedResponseError, match="larger than 16 MiB"):
        await client.requests.contract(7, to=tmp_path / "a.pdf")

    assert left_in(tmp_path) == []


async def test_bomb_is_not_held_in_memory(serve, connect, answers, bomb, tmp_path):
    """A bomb in place of a file takes no more memory than a file of its bound."""
    server = await serve(answers.raw(bomb, Content_Encoding="gzip"))
    client = await connect(server.url, max_download=32 * MIB)
    tracemalloc.start()
    try:
        with pytest.raises(UnexpectedResponseError, match="max_download"):
            await client.requests.contract(7, to=tmp_path / "a.pdf")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * MIB


@pytest.mark.parametrize("bound", [0, -1])
def test_bound_of_nothing_is_refused(bound):
    """A bound that lets nothing through is a mistake, and said when it is made."""
    with pytest.raises(InvalidInputError, match="max_download"):
        OneShotClient("http://localhost", max_download=bound)


@pytest.mark.parametrize("size", [256, 257], ids=["just so long", "too long"])
async def test_refusal_without_end_is_known_by_its_status(
    serve, connect, answers, size
):
    """Of a refusal beyond 256 KiB, which would take long to mask, nothing is heeded."""
    said = {"message": "no", "detail": {"a": "x" * (size * 1024 - 40)}}
    server = await serve(answers.json(said, 404))
    client = await connect(server.url)

    with pytest.raises(NotFoundError) as caught:
        await client.requests.get(7)

    heeded = (caught.value.message, caught.value.details is not None)
    assert heeded == (("no", True) if size == 256 else ("Not Found", False))
