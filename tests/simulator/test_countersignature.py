"""The second signature of a document, and what else a signature may be asked for."""

import io

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from oneshot_async.verification import verify_pdf

PERSON, SECOND = "Given Surname", "Simulated Countersigner"


@pytest.fixture
def signed(api, ready):
    """A function that signs a request with one document and checks the result."""
    (uid,) = api.simulator.requests[ready].documents

    async def sign_one(**body):
        if "block" in body:
            body["signature_by_doc"] = {uid: body.pop("block")}
        reply = await api.sign(ready, secret=await api.code(ready), **body)
        assert reply.status == 200, reply
        path = f"/document/{ready}/{uid}?document_type=signed"
        content = (await api.call("GET", path)).body
        pem = api.simulator.authority.root_pem
        moment = api.simulator.clock.now()
        return (await verify_pdf(content, trust=[pem], moment=moment)).signatures

    return sign_one


def signers(checks):
    assert all(check.valid for check in checks)
    return [check.signer for check in checks]


async def test_countersignature_is_a_second_signature(signed, countersigner):
    """The second signer signs what the person signed, and both signatures hold."""
    checks = await signed(countersignature=countersigner)

    assert signers(checks) == [PERSON, SECOND]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"usecountersignature": True}, [PERSON, SECOND]),
        ({"usecountersignature": False}, [PERSON]),
        ({}, [PERSON]),
    ],
)
async def test_a_section_of_its_own_must_ask(signed, countersigner, block, expected):
    """A document with a section of its own is countersigned if that says so."""
    checks = await signed(countersignature=countersigner, block=block)

    assert signers(checks) == expected


async def test_asking_needs_a_countersigner(signed):
    """Without an account to sign second there is only the person's signature."""
    checks = await signed(block={"usecountersignature": True})

    assert signers(checks) == [PERSON]


async def test_countersignature_has_its_own_place(api, ready, countersigner, signed):
    """The second signature is seen where its own appearance puts it."""
    look = {"text": ["%(CN)s"], "position": "300,30,500,100", "page": 0}
    checks = await signed(countersignature=countersigner | {"appearance": look})
    (document,) = api.simulator.requests[ready].documents.values()

    assert signers(checks) == [PERSON, SECOND]
    _, second = PdfFileReader(io.BytesIO(document.signed)).embedded_signatures
    assert [float(each) for each in second.sig_field["/Rect"]] == [300, 30, 500, 100]


async def test_countersignature_needs_its_image(api, ready, countersigner):
    """An image that nobody uploaded is missed in a countersignature too."""
    (uid,) = api.simulator.requests[ready].documents
    look = {"image": "none", "position": "30,30,250,100", "page": 0}
    reply = await api.sign(
        ready,
        secret=await api.code(ready),
        countersignature=countersigner | {"appearance": look},
    )

    said = {uid: "The image none cannot be found on disk"}
    assert reply.refusal == (404, said)


@pytest.mark.parametrize(
    ("signature", "stamped"),
    [
        ({}, True),
        ({"use_tsa": False}, False),
        ({"level": "BES"}, False),
        ({"level": "BES", "use_tsa": True}, True),
        ({"level": "T", "use_tsa": False}, True),
        ({"level": "LTV", "disable_ltv": True, "metadata": "0" * 32}, True),
    ],
)
async def test_level_decides_about_the_time_stamp(signed, signature, stamped):
    """Levels above the basic one bring a time-stamp, whatever use_tsa says."""
    (check,) = await signed(signature=signature)

    assert (check.valid, check.timestamped) == (True, stamped)


async def test_unknown_level_is_refused(api, ready):
    """A level that no sibling service documents is refused by its name."""
    reply = await api.sign(
        ready, secret=await api.code(ready), signature={"level": "X"}
    )

    assert reply.refusal == (400, "Unknown signature level: 'X'")
