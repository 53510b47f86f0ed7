"""Hash documents: a digest goes in, a CMS signature without content comes out."""

import base64
import hashlib
import json

import pytest
from asn1crypto.cms import ContentInfo

DIGEST = hashlib.sha256(b"what stays at home").digest()
ATTRIBUTE = bytes.fromhex("302f06092a864886f70d01090431220420") + DIGEST
GOOD = {
    "messageDigest": base64.b64encode(ATTRIBUTE).decode(),
    "digestAlgorithm": "sha256WithRSAEncryption",
    "addAuthAttribute": 1,
    "addSigningTime": 1,
    "otherAuthAttributes": [],
}


@pytest.fixture
def put(api, upload_form):
    """A function that uploads a body as the hash document of a new request."""

    async def put_one(body):
        pk = await api.create()
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        form = upload_form(hashfile=content)
        return pk, await api.call("POST", f"/document/{pk}", form=form)

    return put_one


@pytest.fixture
def signed(api, put):
    """A function that returns the one signer of the CMS that a body leads to."""

    async def sign_one(body, **signature):
        pk, reply = await put(body)
        uid = reply.body["detail"]["uid"]
        done = await api.sign(pk, secret=await api.code(pk), signature=signature)
        assert done.status == 200, done
        message = await api.call("GET", f"/document/{pk}/{uid}?document_type=signed")
        data = ContentInfo.load(message.body)["content"]
        assert data["encap_content_info"]["content"].native is None
        return data["signer_infos"][0]

    return sign_one


def names(attributes):
    return {each["type"].native for each in attributes}


@pytest.mark.parametrize("algorithm", ["sha256WithRSAEncryption", "sha256"])
async def test_the_digest_is_signed_as_it_came(signed, algorithm):
    """The CMS holds the digest of the hash document and a time, and is stamped."""
    signer = await signed(GOOD | {"digestAlgorithm": algorithm})

    held = {each["type"].native: each["values"][0] for each in signer["signed_attrs"]}
    assert held["message_digest"].native == DIGEST
    assert "signing_time" in held
    assert names(signer["unsigned_attrs"]) == {"signature_time_stamp_token"}


async def test_a_time_is_claimed_only_if_asked_for(signed):
    """Without addSigningTime the signer claims no time."""
    signer = await signed(GOOD | {"addSigningTime": 0})

    assert "signing_time" not in names(signer["signed_attrs"])


async def test_a_hash_need_not_be_stamped(signed):
    """With use_tsa switched off there is no time-stamp."""
    signer = await signed(GOOD, use_tsa=False)

    assert not names(signer["unsigned_attrs"])


async def test_kinds_of_content(api, put):
    """The original is answered as JSON and the signed version as PKCS #7."""
    pk, reply = await put(GOOD)
    await api.sign(pk, secret=await api.code(pk))
    url = f"{api.simulator.url}/document/{pk}/{reply.body['detail']['uid']}"

    kinds = []
    for version in ("original", "signed"):
        async with api.http.get(url, params={"document_type": version}) as answer:
            kinds.append(answer.content_type)

    assert kinds == ["application/json", "application/pkcs7-mime"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "Could not parse JSON body - the hashfile is no JSON"),
        (b"[" * 10**5, "Could not parse JSON body - the hashfile is no JSON"),
        (b"[]", "Could not parse JSON body - the hashfile is no object"),
        (GOOD | {"digestAlgorithm": "md5"}, "Invalid hash document: digestAlgorithm"),
        (GOOD | {"addAuthAttribute": 0}, "Invalid hash document: addAuthAttribute"),
        (
            GOOD | {"otherAuthAttributes": ["x"]},
            "Invalid hash document: addAuthAttribute",
        ),
        (GOOD | {"messageDigest": "!"}, "Invalid hash document: messageDigest"),
        (GOOD | {"messageDigest": "é"}, "Invalid hash document: messageDigest"),
        (
            GOOD | {"messageDigest": base64.b64encode(DIGEST).decode()},
            "Invalid hash document: messageDigest",
        ),
        (
            GOOD | {"messageDigest": base64.b64encode(ATTRIBUTE + b"x").decode()},
            "Invalid hash document: messageDigest",
        ),
    ],
)
async def test_wrong_hash_documents_are_refused(api, put, body, said):
    """A hash document that is not as documented is refused, and nothing is kept."""
    pk, reply = await put(body)

    assert reply.refusal == (400, said)
    assert api.simulator.requests[pk].documents == {}
