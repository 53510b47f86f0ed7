"""Documents that stay at home: their CMS signatures, checked by others."""

import asyncio
import subprocess

import pytest
from asn1crypto.cms import ContentInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from oneshot_async import SignatureParameters
from oneshot_async.hashing import hash_document

CONTENT = b"<deed>what stays at home</deed>" * 10_000


@pytest.fixture
def deed(tmp_path):
    path = tmp_path / "deed.xml"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
async def signed(client, whole_flow, deed):
    """The CMS signature of the document."""
    (result,) = await whole_flow(client, await hash_document(deed))
    return result


@pytest.fixture
def openssl(simulator, tmp_path):
    """A function that has openssl verify a CMS; returns its exit code and words."""
    root = tmp_path / "root.pem"
    root.write_bytes(simulator.authority.root_pem)

    def verify(message, content):
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER"]
        files = ["-in", message, "-content", content, "-CAfile", root]
        done = subprocess.run(
            [*command, *files, "-purpose", "any", "-out", "/dev/null"],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    async def verify_in_thread(message, content):
        return await asyncio.to_thread(verify, message, content)

    return verify_in_thread


@pytest.mark.needs("openssl")
async def test_openssl_verifies_the_signature(
    client, whole_flow, deed, tmp_path, openssl
):
    """A .p7m holds a signature of the file, by somebody the root vouches for."""
    (saved,) = await whole_flow(client, await hash_document(deed), to=tmp_path)

    assert saved.path.suffix == ".p7m"
    code, said = await openssl(saved.path, deed)
    assert (code, "Verification successful" in said) == (0, True)


@pytest.mark.needs("openssl")
async def test_altered_content_does_not_verify(signed, deed, tmp_path, openssl):
    """One byte more, and openssl refuses the same signature."""
    message = tmp_path / "deed.p7m"
    message.write_bytes(signed.content)
    deed.write_bytes(CONTENT + b" ")

    code, said = await openssl(message, deed)

    assert (code, "content verify error" in said) == (4, True), said


@pytest.mark.parametrize(("added", "intact"), [(b"", True), (b" ", False)])
async def test_pyhanko_verifies_the_signature(signed, simulator, added, intact):
    """pyHanko finds the signature valid for the content, and for no other."""
    data = ContentInfo.load(signed.content)["content"]
    root = simulator.authority.root.certificate
    context = ValidationContext(trust_roots=[root_of(root)])

    status = await async_validate_detached_cms(
        CONTENT + added, data, signer_validation_context=context
    )

    assert (status.intact, status.bottom_line) == (intact, intact)
    assert status.timestamp_validity.intact


def root_of(certificate):
    return Certificate.load(certificate.public_bytes(Encoding.DER))


async def test_digests_and_documents_are_signed_together(
    client, whole_flow, deed, pdf, checks
):
    """One signing may hold both; each comes back in its own form."""
    hashed, paper = await whole_flow(client, await hash_document(deed), pdf)

    (check,) = await checks(paper.content)
    assert check.valid
    assert ContentInfo.load(hashed.content)["content_type"].native == "signed_data"


async def test_signature_need_not_be_stamped(client, person, deed, telephone):
    """With use_tsa off, the CMS has no time-stamp."""
    signing = await client.begin(person(), [await hash_document(deed)])
    code = await telephone.code_for(signing)
    plain = SignatureParameters(use_tsa=False)
    (signed,) = await signing.sign(code, signature=plain)

    (info,) = ContentInfo.load(signed.content)["content"]["signer_infos"]
    assert len(info["unsigned_attrs"]) == 0
