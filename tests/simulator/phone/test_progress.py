"""How far a request has come, step by step."""

import pytest

from oneshot_async.simulator.app.phone.progress import said_of, steps_of
from oneshot_async.simulator.application import Applicant
from oneshot_async.simulator.records import RequestRecord

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
SIGN = {"done": "+", "now": "?", "to come": "-", "failed": "x"}


def steps(*statuses, identifies, **values):
    record = RequestRecord(pk=1, applicant=APPLICANT, status=statuses[0], **values)
    for status in statuses[1:]:
        record.move(status)
    return "".join(SIGN[step.state] for step in steps_of(record, identifies=identifies))


@pytest.mark.parametrize(
    ("statuses", "codes", "shown"),
    [
        (["CREATED"], 0, "+?--"),
        (["CREATED", "ENROLLREADY"], 0, "++?-"),
        (["CREATED", "ENROLLREADY"], 2, "+++?"),
        (["CREATED", "ENROLLREADY", "ISSUED"], 1, "++++"),
        (["CREATED", "ENROLLREADY", "ISSUED"], 0, "++++"),
        (["CREATED", "CANCELLED"], 0, "+x--"),
        (["CREATED", "ENROLLREADY", "CANCELLED"], 0, "++x-"),
        (["CREATED", "ENROLLREADY", "CANCELLED"], 1, "+++x"),
        (["CREATED", "ENROLLREADY", "PONDERED"], 0, "++?-"),
    ],
)
def test_the_steps_of_an_ordinary_request(statuses, codes, shown):
    """It is created, approved, gets a code and is signed."""
    assert steps(*statuses, identifies=False, otp_sent=codes) == shown


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        (["VIDEOPENDING"], "?----"),
        (["VIDEOPENDING", "VIDEOERROR"], "x----"),
        (["VIDEOPENDING", "VIDEOINCOMPLETE"], "?----"),
        (["VIDEOINCOMPLETE", "VIDEOREVIEW"], "+?---"),
        (["VIDEOREVIEW", "CANCELLED"], "+x---"),
        (["VIDEOREVIEW", "CREATED"], "++?--"),
        (["VIDEOREVIEW", "ENROLLREADY"], "+++?-"),
        (["ENROLLREADY", "ISSUED"], "+++++"),
    ],
)
def test_the_steps_of_an_identification(statuses, shown):
    """A video and its review come first."""
    assert steps(*statuses, identifies=True) == shown


def test_a_request_that_is_being_signed_says_so():
    """Between the code and the certificate there is something to wait for."""
    record = RequestRecord(
        pk=1, applicant=APPLICANT, status="ENROLLREADY", signing=True
    )

    assert said_of(record) == ("busy", "is being signed")
