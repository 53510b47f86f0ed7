"""The levels above a time-stamp, judged by pyHanko with the network off."""

import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO

import attrs
import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.generic import NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import DocumentSecurityStore, async_validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import (
    CertValidationPolicySpec,
    ValidationTimingInfo,
)
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from oneshot_async.simulator import Clock, Simulator
from oneshot_async.simulator.pades import Seal, SigningRefusedError
from oneshot_async.simulator.records import Document
from oneshot_async.simulator.signatures import Seals, sign_documents
from oneshot_async.verification import verify_pdf

OFFLINE = RevocationInfoGatheringSpec(
    online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
)
MUST_BE_THERE = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
LATER = timedelta(days=400)
PROVEN = ["LTV", "LTVLITE", "LTVA"]


@pytest.fixture
async def simulator():
    """One that signs as of more than a year ago: pyHanko looks at the real time."""
    long_ago = datetime.now(UTC) - timedelta(days=500)
    async with Simulator(clock=Clock(frozen=True, start=long_ago)) as running:
        yield running


@pytest.fixture
def sign(api, ready):
    """A function that signs a document and returns it."""
    (document,) = api.simulator.requests[ready].documents.values()

    async def sign_one(**body):
        reply = await api.sign(ready, secret=await api.code(ready), **body)
        assert reply.status == 200, reply
        return document.signed

    return sign_one


@pytest.fixture
def root(simulator):
    return x509.Certificate.load(pem.unarmor(simulator.authority.root_pem)[2])


@pytest.fixture
def is_proven(root, simulator):
    """A function that judges every signature by what its document holds.

    The signer is judged as of the signing, and the time-stamp as of a year later.
    """

    async def judge(document):
        reader = PdfFileReader(BytesIO(document))
        store = DocumentSecurityStore.read_dss(reader)
        signed_at = simulator.clock.now()
        contexts = [
            store.as_validation_context(
                {"trust_roots": [root], "moment": moment, "allow_fetching": False,
                 "revocation_mode": "require"}
            )
            for moment in (signed_at, signed_at + LATER)
        ]  # fmt: skip
        return [
            (await async_validate_pdf_signature(each, *contexts)).bottom_line
            for each in reader.embedded_regular_signatures
        ]

    return judge


@pytest.fixture
def is_archived(root, simulator):
    """A function that judges by the rules for archives (EN 319 102-1), a year later."""
    rules = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([root]),
        revinfo_policy=CertRevTrustPolicy(
            RevocationCheckingPolicy(MUST_BE_THERE, MUST_BE_THERE)
        ),
    )
    spec = SignatureValidationSpec(rules, OFFLINE, ts_cert_validation_policy=rules)

    async def judge(document):
        moment = simulator.clock.now() + LATER
        timing = ValidationTimingInfo(moment, moment, point_in_time_validation=True)
        reader = PdfFileReader(BytesIO(document))
        verdicts = [
            await ades_lta_validation(each, PdfSignatureValidationSpec(spec), timing)
            for each in reader.embedded_regular_signatures
        ]
        return [each.ades_subindic is AdESPassed.OK for each in verdicts]

    return judge


@pytest.mark.parametrize(
    ("signature", "has_store", "stamps"),
    [
        ({}, False, 0),
        ({"level": "BASIC"}, False, 0),
        ({"level": "T"}, False, 0),
        ({"level": "LTV"}, True, 0),
        ({"level": "LTVLITE"}, True, 0),
        ({"level": "LTVA"}, True, 1),
        ({"level": "LTVA", "disable_ltv": False}, True, 1),
        ({"level": "LTVA", "disable_ltv": True}, False, 0),
        ({"level": "LTV", "disable_ltv": True, "use_tsa": False}, False, 0),
    ],
)
async def test_level_decides_what_is_embedded(sign, signature, has_store, stamps):
    """Levels from LTV on bring a security store, and LTVA a time-stamp over it."""
    reader = PdfFileReader(BytesIO(await sign(signature=signature)))

    assert ("/DSS" in reader.root) is has_store
    assert len(reader.embedded_timestamp_signatures) == stamps


@pytest.mark.parametrize("level", PROVEN)
async def test_document_proves_its_signature(sign, is_proven, level):
    """With revocations required and nobody to ask, the signature holds for years."""
    assert await is_proven(await sign(signature={"level": level})) == [True]


async def test_level_of_one_document_goes_first(api, ready, sign, is_proven):
    """A document's own section may ask for more than the common one."""
    (uid,) = api.simulator.requests[ready].documents
    own = {uid: {"level": "LTV"}}
    document = await sign(signature={"level": "T"}, signature_by_doc=own)

    assert await is_proven(document) == [True]


@pytest.mark.parametrize(
    ("level", "archived"), [("T", False), ("LTV", False), ("LTVA", True)]
)
async def test_archive_needs_the_stamp_over_it_all(
    sign, is_archived, caplog, level, archived
):
    """When the certificate has expired, the document time-stamp is what counts."""
    caplog.set_level(logging.CRITICAL, "pyhanko")

    assert await is_archived(await sign(signature={"level": level})) == [archived]


@pytest.mark.parametrize("level", PROVEN)
async def test_countersignature_is_proven_too(
    sign, is_proven, countersigner, level, simulator
):
    """The proofs come after both signatures and speak of both signers."""
    document = await sign(signature={"level": level}, countersignature=countersigner)
    found = await verify_pdf(
        document,
        trust=[simulator.authority.root_pem],
        moment=simulator.clock.now(),
    )

    assert await is_proven(document) == [True, True]
    assert [check.valid for check in found.signatures] == [True, True]


@pytest.mark.needs("pdfsig")
@pytest.mark.parametrize(
    ("level", "covers"), [("BES", [1]), ("T", [1]), ("LTV", [0]), ("LTVA", [0, 1])]
)
async def test_pdfsig_calls_each_level_valid(sign, pdfsig, level, covers):
    """The signature is valid; the proofs are outside of it and inside the last stamp.

    pdfsig does not judge document time-stamps.
    """
    report = pdfsig(await sign(signature={"level": level}))

    assert report.count("Signature Validation: Signature is Valid.") == 1
    lines = [line for line in report.splitlines() if "otal document signed" in line]
    assert ["Total" in line for line in lines] == covers


@pytest.mark.parametrize("level", ["BES", "T", *PROVEN])
async def test_this_package_calls_each_level_valid(sign, simulator, level):
    """What comes after the signature is no change of what was signed."""
    found = await verify_pdf(
        await sign(signature={"level": level}),
        trust=[simulator.authority.root_pem],
        moment=simulator.clock.now(),
    )

    assert found.valid


async def test_store_holds_every_certificate(sign, countersigner):
    """Nothing has to be fetched to lead each signature and time-stamp to the root."""
    document = await sign(signature={"level": "LTV"}, countersignature=countersigner)
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(document)))
    names = [each.subject.native["common_name"] for each in store.load_certs()]

    assert sorted(names) == [
        "Given Surname",
        "One-Shot simulator root",
        "One-Shot simulator time-stamper",
        "Simulated Countersigner",
    ]


@pytest.mark.parametrize("level", PROVEN)
async def test_proofs_need_a_time_stamp(api, ready, level):
    """Who asks for LTV and forbids time-stamps is refused in the engine's words."""
    signature = {"level": level, "use_tsa": False}

    reply = await api.sign(ready, secret=await api.code(ready), signature=signature)

    assert reply.refusal == (400, "Need tsa_bookmark for ltv signature")
    assert api.simulator.requests[ready].status == "ENROLLREADY"


def sign_locally(document, authority, person, now):
    """Sign at the level LTVA, without any server."""
    seals = {"uid": Seals(person=Seal(), proven=True, archived=True)}
    documents = {"uid": Document(name="file", original=document)}
    made = sign_documents(person, documents, seals=seals, authority=authority, now=now)
    return made.documents["uid"]


def test_store_keeps_what_it_had(sample, authority, person, now):
    """A document that is signed again holds the proofs of both times."""
    once = sign_locally(sample, authority, person, now)
    twice = sign_locally(once, authority, person, now)
    stores = [
        DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(each)))
        for each in (once, twice)
    ]
    (first, second) = [
        {certificate.dump() for certificate in store.load_certs()} for store in stores
    ]

    assert twice.startswith(once)
    assert first < second
    assert [len(store.ocsps) for store in stores] == [2, 4]


def test_broken_store_is_refused(sample, authority, person, now):
    """Where something else stands in the store's place, nothing is signed."""
    writer = IncrementalPdfFileWriter(BytesIO(sample))
    writer.root[pdf_name("/DSS")] = NumberObject(5)
    writer.update_root()
    broken = BytesIO()
    writer.write(broken)

    with pytest.raises(SigningRefusedError, match="cannot be signed"):
        sign_locally(broken.getvalue(), authority, person, now)


def test_proofs_take_the_same_work_for_every_length(
    sample, authority, person, now, work_of
):
    """No length of a certificate makes its proofs more work than another's."""
    signers = [attrs.evolve(person, given_name="x" * n) for n in range(1, 65)]
    works = [
        work_of(partial(sign_locally, sample, authority, someone, now))
        for someone in signers
    ]

    assert max(works) < 1.5 * min(works)
