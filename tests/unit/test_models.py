"""Models: what they refuse, and that none shows personal data."""

import attrs
import pytest

from oneshot_async import models
from oneshot_async.errors import InvalidInputError, OneShotError
from oneshot_async.models import (
    Appearance,
    Billing,
    Certificate,
    Countersignature,
    DocumentType,
    File,
    RaoLogin,
    RaoToken,
    Rectangle,
    Request,
    RequestSecrets,
    Signer,
    SigningAnswer,
)
from oneshot_async.models.signing_state import DocumentRef, SigningState

PERSON = {
    "given_name": "Given",
    "surname_1": "Surname",
    "id_document_country": "ES",
    "serial_number": "0000000T",
    "email": "someone@example.com",
    "mobile_phone_number": "+34600000000",
}


def signer(**changes):
    return Signer(**{**PERSON, **changes})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("surname_1", "  "),
        ("serial_number", "\t"),
        ("mobile_phone_number", "600000000"),
        ("mobile_phone_number", "0034600000000"),
        ("email", "someone.example.com"),
        ("id_document_country", "es"),
        ("id_document_country", "ESP"),
        ("id_document_country", "ÑÑ"),
        ("id_document_country", "E1"),
        ("id_document_country", ""),
    ],
)
def test_signer_names_the_bad_field(field, value):
    """A signer that the service would refuse is refused here, by the field's name."""
    with pytest.raises(InvalidInputError, match=field) as caught:
        signer(**{field: value})

    assert not value.strip() or value not in str(caught.value)


def test_signer_sends_what_is_given():
    """The text fields of a signer are those that were given, and the default kind."""
    assert signer(surname_2="Second").fields() == {
        **PERSON,
        "surname_2": "Second",
        "id_document_type": "IDC",
    }


def test_images_are_files_by_field(tmp_path):
    """Each image becomes a file; a path brings its name, bytes the field's."""
    path = tmp_path / "front.png"
    ready = File(content=b"x", name="mine.png", content_type="image/png")

    found = signer(
        document_front=path, document_rear=b"y", document_owner=ready
    ).images()

    assert found == {
        "document_front": File(
            content=path, name="front.png", content_type="image/jpeg"
        ),
        "document_rear": File(
            content=b"y", name="document_rear", content_type="image/jpeg"
        ),
        "document_owner": ready,
    }


@pytest.mark.parametrize("source", [None, 1, bytearray(b"x"), [b"x"], iter([b"x"])])
def test_file_from_something_else_is_refused(source):
    """What can be read only once, or not at all, is no source of a file."""
    with pytest.raises(InvalidInputError, match="file2: give a path, bytes or"):
        File.of(source, "file2", "application/pdf")


@pytest.mark.parametrize(
    "corners", [(5, 0, 5, 9), (0, 9, 9, 9), (9, 0, 0, 9), (-1, 0, 9, 9), (0, -1, 9, 9)]
)
def test_rectangle_without_an_area_is_refused(corners):
    """A rectangle needs its corners in order and on the page."""
    with pytest.raises(InvalidInputError, match="position"):
        Rectangle(*corners)


def test_lines_of_text_are_a_list():
    """One text where lines are wanted would be signed letter by letter."""
    with pytest.raises(InvalidInputError, match="text"):
        Appearance(text="Signed by %(CN)s")


def test_pages_count_from_zero():
    """There is no last page by a negative number."""
    with pytest.raises(InvalidInputError, match="page"):
        Appearance(page=-1)


def test_billing_needs_its_password():
    """An empty billing password is refused before it is encoded."""
    with pytest.raises(InvalidInputError, match="billing password"):
        Billing(username="b", password="")


def test_billing_password_is_sent_in_base64():
    """The billing password is given in the clear and sent in base64."""
    assert Billing(username="b", password="pässword").fields() == {
        "billing_username": "b",
        "billing_password": "cMOkc3N3b3Jk",
    }


def test_token_brings_what_it_was_created_without():
    """A token's password and PIN go along only if they were given."""
    assert RaoToken("t").fields() == {"token": "t"}
    assert RaoToken("t", pin="1").fields() == {"token": "t", "pin": "1"}


def test_login_is_three_fields():
    """A login goes as user name, password and PIN."""
    login = RaoLogin(username="u", password="p", pin="1")

    assert login.fields() == {"username": "u", "password": "p", "pin": "1"}


def test_name_of_a_signed_document_is_only_a_name():
    """A name with folders in it cannot lead out of the folder that was chosen."""
    assert DocumentRef(uid="u", name="../a/b.pdf").signed_name == "b-signed.pdf"


@pytest.mark.parametrize("hashed", [True, False])
def test_name_of_a_signed_document_is_never_too_long(tmp_path, hashed):
    """A name that just fits leaves room for what is added to it while it is saved."""
    ref = DocumentRef(uid="u", name="ü" * 125 + ".pdf", hashed=hashed)

    (tmp_path / f".{ref.signed_name}-9999.0123456789abcdef.part").touch()
    assert ref.signed_name.startswith("ü" * 90)


def test_state_has_no_secrets_and_comes_back():
    """A signing's state is JSON with its request, its correlation and its documents."""
    state = SigningState(
        request_pk=7, correlation="c", documents=(DocumentRef(uid="u", name="n"),)
    )

    assert state.as_json() == {
        "request_pk": 7,
        "correlation": "c",
        "signer": None,
        "useasync": True,
        "documents": [{"uid": "u", "name": "n", "hashed": False}],
    }


HARMLESS = {
    "algorithm",
    "annotation",
    "asyncmode",
    "communication_language",
    "content_type",
    "correlation",
    "country_name",
    "date",
    "description",
    "document_type",
    "done",
    "env",
    "error_code",
    "error_message",
    "event_type",
    "ext",
    "id_document_country",
    "id_document_type",
    "image_uid",
    "level",
    "metadata",
    "mime",
    "name",
    "occurred_at",
    "previous_status",
    "profile",
    "rao_id",
    "registration_authority",
    "request",
    "request_pk",
    "secure_element",
    "sequence",
    "status",
    "subfilter",
    "text_align",
    "timezone",
    "total",
    "uid",
    "useasync",
    "validity_time",
    "image",
    "delivery_method",
    "size",
    "upload_date",
    "url_doc_privacypolicy",
    "url_doc_termsconditions",
    "url_web_videoid",
    "version",
}
"""Fields that may be shown: they say nothing of a person and open nothing."""

TEXTS_OF_A_SIGNER = [
    field.name
    for field in attrs.fields(Signer)
    if field.type in {str, str | None} and field.name not in HARMLESS
]
MODELS = [
    found
    for found in [*vars(models).values(), SigningState]
    if isinstance(found, type) and attrs.has(found)
]


@pytest.mark.parametrize("model", MODELS)
def test_only_harmless_texts_are_shown(model):
    """Every field that can hold a person's data or a secret is left out of the repr."""
    shown = {
        field.name
        for field in attrs.fields(model)
        if field.repr and ("str" in str(field.type) or "Any" in str(field.type))
    }
    of_certificates = {"serial_number"} if model is Certificate else set()

    assert shown <= HARMLESS | of_certificates


@pytest.mark.parametrize(
    "model",
    [
        signer(
            **dict.fromkeys(TEXTS_OF_A_SIGNER, "+planted@"),
            document_front=b"planted",
            document_owner="planted.png",
        ),
        RaoLogin(username="planted", password="planted", pin="planted"),
        RaoToken("planted", password="planted", pin="planted"),
        Billing(username="planted", password="planted"),
        Countersignature(username="planted", password="planted", pin="planted"),
        RequestSecrets(
            puk="planted", enrollment_code="planted", pin="planted", erc="planted"
        ),
        Request(
            pk=1,
            status="CREATED",
            given_name="planted",
            email="planted",
            scratchcard="planted",
            secrets=RequestSecrets(pin="planted"),
            extra={"citizen": "planted"},
        ),
        SigningAnswer(documents={"u": "planted"}, extra={"a": "planted"}),
        File(content=b"planted", name="planted"),
        Appearance(
            text=["planted"],
            reason="planted",
            location="planted",
            qrcode="planted",
            b64_image=b"planted",
        ),
    ],
    ids=lambda model: type(model).__name__,
)
def test_planted_data_is_not_shown(model):
    """Personal data and secrets are not in a repr, however deep they are."""
    assert "planted" not in repr(model)


def test_document_types_are_words():
    """The versions of a document are what the query says."""
    assert [str(kind) for kind in DocumentType] == ["signed", "original"]


def test_refused_input_is_an_error_of_the_package():
    """Bad input is caught with all other errors of the package."""
    with pytest.raises(OneShotError):
        signer(email="")
