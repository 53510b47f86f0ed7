"""Countersignatures, from the client's side."""

import asyncio
import subprocess

import pytest

from oneshot_async import Appearance, Countersignature, DocumentSignature, Rectangle
from oneshot_async.errors import CredentialsError

LOOK = Appearance(text=["%(CN)s"], position=Rectangle(300, 30, 500, 100), page=0)


@pytest.fixture
def second(simulator):
    """A function that names the account that signs second."""

    def make(**changes):
        return Countersignature(
            **{
                "username": simulator.rao_username,
                "password": simulator.rao_password,
                "pin": simulator.rao_pin,
                "appearance": LOOK,
            }
            | changes
        )

    return make


@pytest.fixture
async def begun(client, person, pdf):
    return await client.begin(person(), [pdf, pdf])


async def test_two_persons_sign(begun, telephone, second, checks):
    """Each document then has two valid signatures, the person's first."""
    code = await telephone.code_for(begun)
    signed = await begun.sign(code, countersignature=second())

    for each in signed:
        first, last = await checks(each.content)
        assert (first.valid, last.valid) == (True, True)
        assert first.signer.startswith("Łukasz Gómez")
        assert last.signer == "Simulated Countersigner"


@pytest.mark.needs("pdfsig")
async def test_two_signatures_for_others_too(begun, telephone, second, tmp_path):
    """A tool that shares no code with this package counts two and finds both valid."""
    code = await telephone.code_for(begun)
    saved, _ = await begun.sign(code, countersignature=second(), to=tmp_path)

    done = await asyncio.to_thread(
        subprocess.run, ["pdfsig", "-nocert", saved.path], capture_output=True
    )

    report = done.stdout.decode()
    assert report.count("Signature Validation: Signature is Valid.") == 2
    assert "Signature #2" in report


async def test_one_document_can_be_left_out(begun, telephone, second, checks):
    """`usecountersignature` says of one document that it is signed once."""
    uid = begun.documents[0].uid
    once, twice = await begun.sign(
        await telephone.code_for(begun),
        countersignature=second(),
        signature_by_doc={uid: DocumentSignature(usecountersignature=False)},
    )

    counted = [len(await checks(each.content)) for each in (once, twice)]
    assert counted == [1, 2]


async def test_wrong_account_is_refused(begun, telephone, second):
    """A wrong password of the second signer is an error of credentials."""
    with pytest.raises(CredentialsError, match="countersignature"):
        await begun.sign(
            await telephone.code_for(begun), countersignature=second(password="wrong")
        )
