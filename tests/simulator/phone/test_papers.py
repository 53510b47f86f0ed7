"""The papers that the phone page opens."""

import base64
import json

import pytest


@pytest.fixture
def fetch(api):
    async def get(path):
        async with api.http.get(api.simulator.phone_url + path.lstrip("/")) as answer:
            return answer.status, answer.content_type, await answer.read()

    return get


def links(page, version):
    return page.all(rf'href="(/documents/[^"]*/{version})"')


async def test_a_document_is_opened_before_it_is_signed(ready, look, fetch, sample):
    """The original is there as soon as it is uploaded, the signed version is not."""
    page = await look()
    (original,) = links(page, "original")

    assert await fetch(original) == (200, "application/pdf", sample)
    assert links(page, "signed") == []
    assert "not signed yet" in page.card(ready).text
    assert (await fetch(original.replace("original", "signed")))[0] == 404


async def test_a_document_is_opened_after_it_is_signed(api, ready, look, fetch, sample):
    """The signed version is linked beside the original."""
    await api.sign(ready, secret=await api.code(ready))

    page = await look()
    (signed,) = links(page, "signed")
    status, kind, content = await fetch(signed)

    assert (status, kind) == (200, "application/pdf")
    assert content.startswith(sample)
    assert len(content) > len(sample)
    assert len(links(page, "original")) == 1


async def test_a_signed_document_is_linked_when_it_is_there(
    api, create, sample, look, settle
):
    """Signed files that show up after the certificate are not linked before."""
    pk = await create()
    await api.approval()
    await api.upload(pk, sample)
    api.simulator.timings.file_skew = 5
    await api.sign(pk, secret=await api.code(pk))
    await settle()
    api.simulator.clock.advance(api.simulator.timings.issue)
    await settle()
    early = links(await look(), "signed")

    api.simulator.clock.advance(5)
    late = links(await look(), "signed")

    assert "is signed" in (await look()).card(pk).text
    assert (early, len(late)) == ([], 1)


async def test_the_contract_is_opened(ready, fetch):
    """What the person must read before signing is a paper of the request."""
    status, kind, content = await fetch(f"/contracts/{ready}")

    assert (status, kind, content[:4]) == (200, "application/pdf", b"%PDF")


async def test_a_hash_is_opened_as_data(api, ready, fetch, upload_form, look):
    """Of a document that stayed elsewhere there is what was uploaded in its place."""
    attribute = bytes.fromhex("302f06092a864886f70d01090431220420") + bytes(32)
    hashed = {
        "messageDigest": base64.b64encode(attribute).decode(),
        "digestAlgorithm": "sha256",
        "addAuthAttribute": 1,
    }
    form = upload_form(hashfile=json.dumps(hashed).encode())
    await api.call("POST", f"/document/{ready}", form=form)

    kinds = [(await fetch(link))[1] for link in links(await look(), "original")]

    assert kinds == ["application/pdf", "application/json"]


async def test_files_are_shown_by_their_names(api, ready, look):
    """A name is shown as it was on the disk, however a client has quoted it."""
    (record,) = api.simulator.requests[ready].documents.values()
    record.filename = "a%20%26%20b.pdf"
    quoted = await look()
    record.filename = ""
    nameless = await look()

    names = r'<span class="file">(.*?)</span>'
    assert quoted.all(names) == ["a & b.pdf"]
    assert nameless.all(names) == ["file"]


@pytest.mark.parametrize(
    "path",
    ["documents/1/x/original", "documents/800001/x/signed", "contracts/1", "static/x"],
)
async def test_what_is_not_there_is_a_page_that_says_so(ready, fetch, path):
    """A link that leads nowhere is answered for people."""
    status, kind, content = await fetch(path)

    assert (status, kind) == (404, "text/html")
    assert b"Back to the telephone" in content
