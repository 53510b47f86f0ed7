"""Checking what a signing hands back."""

import asyncio

import attrs
import pytest

from oneshot_async import hash_document
from oneshot_async.errors import InvalidInputError, LocalFileError
from oneshot_async.simulator import Simulator


@pytest.fixture
def roots(simulator):
    return [simulator.authority.root_pem]


async def test_what_came_back_is_valid(whole_flow, client, roots):
    """Signed by the request's person, whole, stamped, under the right root."""
    (signed,) = await whole_flow(client)

    found = await signed.verify(trust=roots)

    assert found.problems == ()
    (check,) = found.signatures
    assert (check.names_signer, check.timestamped) == (True, True)


async def test_saved_files_are_checked_too(whole_flow, client, roots, tmp_path):
    """A document in a file is read and checked; one that is gone is said so."""
    (saved,) = await whole_flow(client, to=tmp_path)

    assert (await saved.verify(trust=roots)).valid
    await asyncio.to_thread(saved.path.unlink)
    with pytest.raises(LocalFileError):
        await saved.verify(trust=roots)


async def test_altered_byte_is_found(whole_flow, client, roots):
    """One byte that changed on its way makes it worthless."""
    (signed,) = await whole_flow(client)
    altered = signed.content.replace(b"%PDF-1.", b"%PDF-2.", 1)

    found = await attrs.evolve(signed, content=altered).verify(trust=roots)

    assert not found.signatures[0].intact


async def test_document_of_another_request_is_found(whole_flow, client, roots):
    """A valid document of somebody else is not what this request was for."""
    (mine,) = await whole_flow(client, number=1)
    (theirs,) = await whole_flow(client, number=2)
    swapped = attrs.evolve(mine, content=theirs.content)

    found = await swapped.verify(trust=roots)

    assert found.problems == ("no signature is in the name of who was to sign",)


async def test_other_roots_are_not_enough(whole_flow, client):
    """Whoever trusts another authority, or none, does not trust it."""
    (signed,) = await whole_flow(client)
    async with Simulator() as other:
        stranger = other.authority.root_pem

    assert not (await signed.verify(trust=[stranger])).valid
    assert not (await signed.verify()).valid


async def test_digest_is_for_other_tools(client, person, telephone):
    """Where only a digest was signed, there is no PDF to check."""
    signing = await client.begin(person(), [await hash_document(b"a text")])
    (signed,) = await signing.sign(await telephone.code_for(signing))

    with pytest.raises(InvalidInputError, match="digest"):
        await signed.verify()


async def test_request_stays_out_of_sight(whole_flow, client):
    """What a document knows of its request is not shown."""
    (signed,) = await whole_flow(client)

    assert "Gómez" not in repr(signed)
