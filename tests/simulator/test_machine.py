"""The rules for requests, without any HTTP."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_async.simulator import Clock, Document, Timings
from oneshot_async.simulator.application import Applicant
from oneshot_async.simulator.machine import Machine
from oneshot_async.simulator.pki import Authority
from oneshot_async.simulator.refusals import RefusedError

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
APPLICANT = Applicant(
    given_name="Given",
    surname_1="Surname",
    surname_2=None,
    id_document_type="IDC",
    id_document_country="ES",
    serial_number="0000000T",
    email="someone@example.com",
    mobile_phone_number="+34600000000",
    registration_authority="3",
    profile="PFnubeQAFCiudadano",
    residence=None,
    country_name="ES",
)


@pytest.fixture
def clock():
    return Clock(frozen=True, start=START)


@pytest.fixture
def machine(clock):
    return Machine(clock=clock, timings=Timings(otp_validity=300))


@pytest.fixture
def ready(machine):
    """A request that is approved and has one document."""
    record = machine.create(APPLICANT)
    machine.approve(record)
    machine.add_documents(record, [Document(name="file", original=b"%PDF")])
    return record


@pytest.fixture(scope="module")
def credential():
    return Authority.create(START).issue(APPLICANT.person(), START)


def sign(machine, record, secret, credential):
    signed = dict.fromkeys(record.documents, b"signed")
    with machine.signing(record, secret):
        return machine.issue(record, credential, signed)


def test_a_request_goes_from_created_to_issued(machine, credential):
    """A request is created, approved, and issued by signing."""
    record = machine.create(APPLICANT)
    seen = [record.status]
    machine.approve(record)
    seen.append(record.status)
    machine.add_documents(record, [Document(name="file", original=b"%PDF")])

    sign(machine, record, machine.draw_code(record).digits, credential)

    assert [*seen, record.status] == ["CREATED", "ENROLLREADY", "ISSUED"]


def test_every_request_has_its_own_number_and_secrets(machine):
    """Two requests share neither pk nor scratchcard secrets."""
    one, other = machine.create(APPLICANT), machine.create(APPLICANT)

    assert one.pk != other.pk
    assert one.secrets != other.secrets


def test_codes_have_six_digits(machine, ready):
    """A confirmation code is six digits."""
    code = machine.draw_code(ready)

    assert len(code.digits) == 6
    assert code.digits.isdecimal()


def test_a_second_code_needs_a_minute(machine, clock, ready):
    """Within a minute a second code is refused, after it a new one is sent."""
    machine.draw_code(ready)
    clock.advance(59)

    with pytest.raises(RefusedError) as refused:
        machine.draw_code(ready)
    clock.advance(1)
    machine.draw_code(ready)

    assert (refused.value.status, refused.value.details) == (
        412,
        "Error occured during OTP generation: Otp generated less than a minute ago",
    )
    assert ready.otp_sent == 2


def test_no_code_before_the_approval(machine):
    """A request that is not approved gets no code."""
    record = machine.create(APPLICANT)

    with pytest.raises(RefusedError, match="412") as refused:
        machine.draw_code(record)

    assert refused.value.details == (
        "Error occured during OTP generation: Invalid request status"
    )


def test_only_the_last_code_counts(machine, clock, ready, credential):
    """A new code makes the old one worthless."""
    old = machine.draw_code(ready).digits
    ready.code = None
    new = next(code for _ in range(99) if (code := fresh(machine, ready).digits) != old)

    with pytest.raises(RefusedError, match="403"):
        sign(machine, ready, old, credential)
    sign(machine, ready, new, credential)

    assert ready.status == "ISSUED"


def fresh(machine, record):
    record.code = None
    return machine.draw_code(record)


def test_a_code_grows_old(machine, clock, ready, credential):
    """A code that is too old is refused like a wrong one."""
    code = machine.draw_code(ready).digits
    clock.advance(301)

    with pytest.raises(RefusedError, match="403") as refused:
        sign(machine, ready, code, credential)

    assert refused.value.details == "Confirmation Code invalid"


def test_signing_without_documents_is_refused(machine, credential):
    """There must be something to sign."""
    record = machine.create(APPLICANT)
    machine.approve(record)

    with pytest.raises(RefusedError, match="404"):
        sign(machine, record, machine.draw_code(record).digits, credential)


def test_only_one_signature_at_a_time(machine, ready):
    """While one signature is under way, a second is refused."""
    code = machine.draw_code(ready).digits

    with (
        machine.signing(ready, code),
        pytest.raises(RefusedError, match="412"),
        machine.signing(ready, code),
    ):
        pass

    assert ready.signing


def test_a_failed_signature_may_be_repeated(machine, ready, credential):
    """If signing fails, the same code may be used again."""
    code = machine.draw_code(ready).digits

    with pytest.raises(OSError, match="disk"), machine.signing(ready, code):
        raise OSError("disk full")
    sign(machine, ready, code, credential)

    assert ready.status == "ISSUED"


def test_the_signed_version_comes_after_the_skew(machine, clock, ready, credential):
    """A signed file is available only some time after the certificate."""
    (uid,) = ready.documents
    machine.issue(ready, credential, {uid: b"signed"}, skew=5)

    with pytest.raises(RefusedError, match="404"):
        machine.content(ready, uid, signed=True)
    clock.advance(5)

    assert machine.content(ready, uid, signed=True) == b"signed"
    assert machine.content(ready, uid, signed=False) == b"%PDF"


def test_a_cancelled_request_is_not_issued(machine, ready, credential):
    """What was cancelled while being signed stays cancelled."""
    machine.cancel(ready)

    issued = machine.issue(ready, credential, {})

    assert not issued
    assert ready.status == "CANCELLED"


def test_ten_documents_are_the_most(machine, ready):
    """The eleventh document is refused, and nothing that came with it is taken."""
    ten = [Document(name="file", original=b"%PDF") for _ in range(10)]

    with pytest.raises(RefusedError, match="400"):
        machine.add_documents(ready, ten)
    machine.add_documents(ready, ten[:9])

    assert len(ready.documents) == 10


def test_records_show_no_secrets(ready, machine):
    """Neither personal data nor codes or secrets appear in a repr."""
    code = machine.draw_code(ready)
    shown = repr(ready)
    hidden = (
        APPLICANT.given_name,
        APPLICANT.email,
        APPLICANT.mobile_phone_number,
        APPLICANT.serial_number,
        code.digits,
        ready.secrets.puk,
        ready.secrets.erc,
    )

    assert not [text for text in hidden if text in shown]


ALLOWED = {
    ("CREATED", "ENROLLREADY"),
    ("CREATED", "CANCELLED"),
    ("ENROLLREADY", "ISSUED"),
    ("ENROLLREADY", "CANCELLED"),
}
CALLS = st.sampled_from(["approve", "otp", "sign", "wrong", "cancel", "wait"])


@given(calls=st.lists(CALLS, max_size=12))
def test_no_sequence_of_calls_breaks_the_order_of_statuses(calls, credential):
    """Whatever is called when, only the documented transitions happen."""
    clock = Clock(frozen=True, start=START)
    machine = Machine(clock=clock, timings=Timings())
    record = machine.create(APPLICANT)
    machine.add_documents(record, [Document(name="file", original=b"%PDF")])

    for call in calls:
        before = record.status
        try:
            perform(call, machine, clock, record, credential)
        except RefusedError:
            assert record.status == before

        assert before == record.status or (before, record.status) in ALLOWED


def perform(call, machine, clock, record, credential):
    code = record.code.digits if record.code else "000000"
    steps = {
        "approve": lambda: machine.approve(record),
        "otp": lambda: machine.draw_code(record),
        "sign": lambda: sign(machine, record, code, credential),
        "wrong": lambda: sign(machine, record, "wrong", credential),
        "cancel": lambda: machine.cancel(record),
        "wait": lambda: clock.advance(60),
    }
    steps[call]()


def test_cancelling_twice_changes_nothing(machine, ready):
    """A request that is cancelled already is not cancelled again."""
    assert machine.cancel(ready)
    assert not machine.cancel(ready)
    assert ready.previous_status == "ENROLLREADY"
