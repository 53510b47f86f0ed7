"""Callbacks as bytes: every documented one is read, and no other breaks anything."""

import json
from datetime import datetime

import attrs
import pytest

from oneshot_async.errors import CallbackRejectedError
from oneshot_async.models import CallbackEvent, Certificate, EventType, RequestStatus
from oneshot_async.receiver import parse_callback

NEW = {
    "event_type": "REQUEST_CREATED",
    "sent_at": "20250715083633",
    "request": {
        "status": "VIDEOPENDING",
        "profile": "PFnubeNC",
        "registration_authority": 7,
        "scratchcard": "2678100",
        "pk": 1012632,
    },
    "certificates": [],
}
OLD = {
    "status": "VIDEOINCOMPLETE",
    "date": "2021-07-20T08:08:21.132394",
    "previous_status": "VIDEOPENDING",
    "request": 46760,
    "registration_authority": 139,
}
CERTIFICATE = {
    "status": "VALID",
    "serial_number": "03243d63df48a72d",
    "valid_from": "20251002 13:11:00",
    "valid_to": "20251003 13:11:00",
}


def read(payload, **options):
    return parse_callback(json.dumps(payload).encode(), **options)


def naive(*parts):
    return datetime(*parts)  # noqa: DTZ001  # no zone on the wire, none here


def test_new_form_is_read():
    """The documented form with an object about the request is read in full."""
    assert read(NEW, correlation="c") == CallbackEvent(
        pk=1012632,
        status=RequestStatus.VIDEOPENDING,
        event_type=EventType.REQUEST_CREATED,
        occurred_at=naive(2025, 7, 15, 8, 36, 33),
        registration_authority="7",
        correlation="c",
        raw=NEW,
    )


def test_old_form_is_read():
    """The older form with the request's number is read in full."""
    assert read(OLD) == CallbackEvent(
        pk=46760,
        status=RequestStatus.VIDEOINCOMPLETE,
        previous_status=RequestStatus.VIDEOPENDING,
        occurred_at=naive(2021, 7, 20, 8, 8, 21, 132394),
        registration_authority="139",
        raw=OLD,
    )


@pytest.mark.parametrize(
    ("event_type", "status"),
    [
        ("REQUEST_CREATED", "CREATED"),
        ("REQUEST_CANCELED", "CANCELLED"),
        ("REQUEST_APPROVED", "ENROLLREADY"),
        ("REQUEST_ENROLLED", "ISSUED"),
        ("CERTIFICATE_SUSPENDED", "ISSUED"),
        ("CERTIFICATE_ACTIVATED", "ISSUED"),
        ("CERTIFICATE_REVOKED", "ISSUED"),
        ("VIDEOID_UPDATED", "VIDEOINCOMPLETE"),
        ("VIDEOID_UPDATED", "VIDEOREVIEW"),
        ("VIDEOID_FAILED", "VIDEOERROR"),
        ("VIDEOID_VALIDATED", "CREATED"),
        ("VIDEOID_REFUSED", "CANCELLED"),
    ],
)
def test_documented_events_are_members(event_type, status):
    """Each documented event and status becomes its member; the pk may be missing."""
    event = read({"event_type": event_type, "request": {"status": status}})

    assert event.event_type is EventType(event_type)
    assert event.status is RequestStatus(status)
    assert event.pk is None


@pytest.mark.parametrize(
    ("event_type", "status"),
    [
        ("REQUEST_VALIDATION", "VALIDATION"),
        ("REQUEST_REJECTED", "REJECTED"),
        ("SIGNED", "OTPGENERATED"),
    ],
)
def test_unknown_words_are_kept(event_type, status):
    """Events and statuses that nobody documents stay what they are."""
    event = read({"event_type": event_type, "request": {"status": status, "pk": 1}})

    assert (event.event_type, event.status) == (event_type, status)


@pytest.mark.parametrize(
    "pk", [1012632, "1012632", "0001012632", "1012632,", " 1012632 "]
)
@pytest.mark.parametrize("form", ["new", "old"])
def test_pk_may_come_as_text(form, pk):
    """A pk is a number or a text of digits, with a stray mark too, in either form."""
    payload = (
        {"request": {"status": "CREATED", "pk": pk}}
        if form == "new"
        else {"status": "CREATED", "request": pk}
    )

    assert read(payload).pk == 1012632


@pytest.mark.parametrize("pk", [None, ""])
def test_pk_may_be_missing(pk):
    """A pk that is null or empty is a missing one."""
    assert read({"request": {"status": "CREATED", "pk": pk}}).pk is None
    assert read({"status": "CREATED", "request": pk}).pk is None


@pytest.mark.parametrize(
    "pk",
    [0, -1, 2**63, 1.0, True, "x", "-1", "1.0", "²", "9" * 5000, ",", [], {}, [1]],
)
def test_impossible_pk_is_rejected(pk):
    """A pk that no request can have makes the whole callback unbelievable."""
    with pytest.raises(CallbackRejectedError, match="pk"):
        read({"request": {"status": "CREATED", "pk": pk}})


def test_previous_status_may_stand_inside():
    """The previous status is read where integrators have seen it, too."""
    payload = {"request": {"status": "ENROLLREADY", "previous_status": "CREATED"}}

    assert read(payload).previous_status is RequestStatus.CREATED


def test_unknown_fields_do_no_harm():
    """Fields that nobody documents are in the raw payload and change nothing else."""
    event = read({**NEW, "tokenSolicitud": "x"})

    assert event.raw["tokenSolicitud"] == "x"
    assert attrs.evolve(event, raw=NEW) == read(NEW)


@pytest.mark.parametrize(
    "certificates",
    [[CERTIFICATE], CERTIFICATE, [CERTIFICATE, {}, None, "x"]],
    ids=["list", "object", "list with rubbish"],
)
def test_certificates_may_be_a_list_or_an_object(certificates):
    """Certificates are read from a list and from a lone object."""
    assert read({**NEW, "certificates": certificates}).certificates == (
        Certificate(
            status="VALID",
            serial_number="03243d63df48a72d",
            valid_from=naive(2025, 10, 2, 13, 11),
            valid_to=naive(2025, 10, 3, 13, 11),
        ),
    )


@pytest.mark.parametrize(
    "certificates",
    [[], {}, None, "", dict.fromkeys(CERTIFICATE, ""), [dict.fromkeys(CERTIFICATE)], 3],
    ids=["list", "object", "null", "text", "empty texts", "nulls", "number"],
)
def test_no_certificates_are_none(certificates):
    """However a sender writes that there is no certificate, there is none."""
    assert read({**NEW, "certificates": certificates}).certificates == ()


@pytest.mark.parametrize(
    "when",
    [
        None,
        "",
        "soon",
        20250715083633,
        "20251315083633",
        "٢٠٢٥٠٧١٥٠٨٣٦٣٣",
        ["20250715083633"],
    ],
)
def test_unreadable_time_is_none(when):
    """A time that cannot be read does not cost the event."""
    assert read({**NEW, "sent_at": when}).occurred_at is None


def test_byte_order_mark_is_borne():
    """A byte order mark before the JSON is passed over."""
    assert parse_callback(b"\xef\xbb\xbf" + json.dumps(NEW).encode()) == read(NEW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"1",
        b"{",
        b"\xff",
        b"a=b",
        b"{}" * 2,
        b"[" * 60_000,
        b'{"request": 1}',
        b'{"request": {"pk": 1}}',
    ],
)
def test_what_is_no_event_is_rejected(body):
    """What is no JSON object with a status is rejected as a bad request."""
    with pytest.raises(CallbackRejectedError) as caught:
        parse_callback(body)

    assert caught.value.status == 400


@pytest.mark.parametrize(
    "word",
    [None, "", 1, ["CREATED"], "x" * 65, "a\nb", "\x00", "\ud800", "\u202eDEUSSI"],
)
@pytest.mark.parametrize("field", ["status", "previous_status", "event_type"])
def test_word_must_be_short_and_printable(field, word):
    """What will be logged and compared is a short printable text or is rejected."""
    if word is None and field != "status":
        return
    with pytest.raises(CallbackRejectedError):
        read({"status": "CREATED", "request": 1, field: word})


@pytest.mark.parametrize("secret", ["planted", ["planted"], {"planted": "planted"}])
@pytest.mark.parametrize(
    "field", ["status", "previous_status", "event_type", "request"]
)
def test_rejection_repeats_nothing(field, secret):
    """No value of a rejected body is in the error."""
    body = {"status": "CREATED", "request": 1, field: [secret]}
    with pytest.raises(CallbackRejectedError) as caught:
        read(body)

    assert "planted" not in f"{caught.value!r}{caught.value.__cause__}"
