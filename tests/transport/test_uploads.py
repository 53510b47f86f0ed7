"""Files on their way out: whole, from wherever they come."""

import os

import attrs
import pytest
from aiohttp import ClientSession, TCPConnector, ThreadedResolver, web

from oneshot_async import File
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    LocalFileError,
    UnsupportedFileError,
)

BIG = 64 * 2**20
SIZE = 700_001  # of no round number of chunks


@attrs.frozen
class Part:
    name: str
    filename: str
    content_type: str
    content: bytes


@attrs.define
class Archive:
    """A server that takes forms apart and keeps the files."""

    uploads: list = attrs.field(factory=list)
    lengths: list = attrs.field(factory=list)
    url: str = ""

    async def take(self, request):
        self.lengths.append(request.content_length)
        parts, form = [], await request.multipart()
        while part := await form.next():
            kind = part.headers["Content-Type"]
            parts.append(Part(part.name, part.filename, kind, bytes(await part.read())))
        self.uploads.append(parts)
        return web.json_response([{"uid": f"uid-{part.name}"} for part in parts])


@pytest.fixture
async def archive(listen):
    server = Archive()
    server.url = await listen(server.take)
    return server


@pytest.fixture
def content():
    return os.urandom(SIZE)


@pytest.fixture
def path(tmp_path, content):
    path = tmp_path / "contract.pdf"
    path.write_bytes(content)
    return path


def streaming(content):
    """Return a function that makes a stream of these bytes each time."""

    async def stream():
        for start in range(0, len(content), 100_000):
            yield content[start : start + 100_000]

    return stream


@pytest.fixture
def sources(content, path):
    """The same file in every form in which it can be given."""
    return {
        "bytes": content,
        "path": path,
        "text": str(path),
        "function": streaming(content),
        "file of bytes": File(content=content, name="a.pdf", content_type="a/b"),
        "file of a path": File(content=path, name="a.pdf", content_type="a/b"),
    }


FORMS = {
    "bytes": ("file.pdf", "application/pdf"),
    "path": ("contract.pdf", "application/pdf"),
    "text": ("contract.pdf", "application/pdf"),
    "function": ("file.pdf", "application/pdf"),
    "file of bytes": ("a.pdf", "a/b"),
    "file of a path": ("a.pdf", "a/b"),
}


@pytest.mark.parametrize("form", FORMS)
async def test_file_arrives_whole(archive, connect, sources, content, form):
    """A file arrives byte for byte from wherever it comes, with its name and type."""
    client = await connect(archive.url)

    (uploaded,) = await client.documents.upload(7, sources[form])

    assert uploaded.uid == "uid-file"
    assert archive.uploads == [[Part("file", *FORMS[form], content)]]


@pytest.mark.parametrize("form", FORMS)
async def test_size_is_announced_if_it_is_known(archive, connect, sources, form):
    """The length of the body is announced unless a stream has none."""
    client = await connect(archive.url)

    await client.documents.upload(7, sources[form])

    (length,) = archive.lengths
    assert (length is None) if form == "function" else (length > SIZE)


async def test_ten_files_arrive_in_order(archive, connect):
    """Ten files are named as the API names them, in the order they were given."""
    client = await connect(archive.url)

    uploaded = await client.documents.upload(7, *[b"%%PDF %d" % n for n in range(10)])

    names = ["file", *(f"file{n}" for n in range(2, 11))]
    (parts,) = archive.uploads
    assert [part.name for part in parts] == names
    assert [part.content for part in parts] == [b"%%PDF %d" % n for n in range(10)]
    assert [each.uid for each in uploaded] == [f"uid-{name}" for name in names]


@pytest.mark.parametrize("form", FORMS)
async def test_redirected_upload_is_read_again(
    archive, connect, sources, content, form, listen
):
    """A body that has to be sent twice is whole both times."""
    seen = []

    async def moving(request):
        if not request.path.endswith("/"):
            seen.append(len(await request.read()))
            raise web.HTTPTemporaryRedirect(f"{request.path}/")
        return await archive.take(request)

    client = await connect(await listen(moving))

    await client.documents.upload(7, sources[form])

    assert seen[0] > SIZE
    assert archive.uploads[0][0].content == content


class LateResolver(ThreadedResolver):
    """Finds no host at first, and then every one."""

    def __init__(self):
        super().__init__()
        self.asked = 0

    async def resolve(self, *args, **kwargs):
        self.asked += 1
        if self.asked == 1:
            raise OSError("not yet")
        return await super().resolve(*args, **kwargs)


@pytest.mark.parametrize("form", FORMS)
async def test_upload_that_found_nobody_is_sent_whole(
    archive, connect, sources, content, form
):
    """An upload whose first connection fails sends the whole file by the next."""
    resolver = LateResolver()
    async with ClientSession(connector=TCPConnector(resolver=resolver)) as session:
        client = await connect(archive.url, session=session)

        await client.documents.upload(7, sources[form])

    assert resolver.asked == 2
    assert archive.uploads[0][0].content == content


@pytest.mark.parametrize("position", [0, 1])
async def test_missing_file_is_told_and_nothing_is_sent(
    archive, connect, tmp_path, position
):
    """A file that is not there is told, by its field, before anything is sent."""
    client = await connect(archive.url)
    documents = [b"%PDF", b"%PDF"]
    documents[position] = tmp_path / "missing.pdf"

    said = f"{['file', 'file2'][position]}: the file cannot be read: No such file"
    with pytest.raises(LocalFileError, match=said):
        await client.documents.upload(7, *documents)

    assert archive.lengths == []


async def test_file_that_shrinks_is_told(listen, connect, path):
    """A file that becomes shorter on its way is told as what it is, and not resent."""
    calls = []

    async def take(request):
        calls.append(request.path)
        await request.content.readany()
        os.truncate(path, 300_000)
        await request.read()
        return web.json_response({"uid": "1"})

    with path.open("ab") as file:
        file.truncate(BIG)
    client = await connect(await listen(take))

    with pytest.raises(LocalFileError, match="file: the file became shorter"):
        await client.documents.upload(7, path)

    assert len(calls) == 1


async def test_failing_stream_is_told(archive, connect):
    """What a caller's own stream raises reaches the caller."""

    async def failing():
        yield b"%PDF"
        raise LookupError("no more")

    client = await connect(archive.url)

    with pytest.raises(LookupError, match="no more"):
        await client.documents.upload(7, failing)

    assert archive.uploads == []


class Hasty:
    """A server that answers when it has seen the beginning of an upload."""

    def __init__(self, status):
        self.status = status
        self.answered = 0

    async def take(self, request):
        await request.content.readany()
        self.answered += 1
        return web.json_response(
            {"status": "success", "detail": {}}, status=self.status
        )


async def test_success_before_the_end_is_not_believed(listen, connect):
    """A yes to half of a file is no answer, and nothing is repeated."""
    hasty = Hasty(200)
    client = await connect(await listen(hasty.take))

    with pytest.raises(AmbiguousOutcomeError, match="before all of the files"):
        await client.documents.upload(7, bytes(BIG))

    assert hasty.answered == 1


async def test_refusal_before_the_end_is_believed(listen, connect):
    """A server need not read all of what it refuses."""
    client = await connect(await listen(Hasty(413).take))

    with pytest.raises(UnsupportedFileError):
        await client.documents.upload(7, bytes(BIG))


@pytest.mark.parametrize(
    "told",
    [
        {"errorCode": 415, "errorMessage": "no PDF"},
        {"uid": "2", "errorCode": "E7", "errorMessage": "no PDF"},
        {"uid": "", "errorMessage": "no PDF"},
    ],
)
async def test_refused_document_is_named(serve, connect, answers, told):
    """If one document of several is refused, the error says which, and why."""
    taken = {"name": "file", "uid": "1", "errorCode": 0}
    upload = answers.ok_list({"name": "file2", **told}, taken)
    server = await serve(answers.request(), answers.ok(), upload)
    client = await connect(server.url)
    signing = await client.resume({"request_pk": 7})

    with pytest.raises(UnsupportedFileError, match=r"^POST /document.*document 2: no"):
        await signing.upload(b"%PDF-1", b"%PDF-2")
