"""JSON to models and back: strict about kinds, tolerant of everything else."""

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_async._converter import reader, structure, wire
from oneshot_async._wire import Answer, Call, Operation
from oneshot_async.errors import UnexpectedResponseError
from oneshot_async.models import (
    Appearance,
    CreatedRequest,
    CreatedToken,
    DocumentSignature,
    IdDocumentType,
    Rectangle,
    Request,
    RequestStatus,
    RequestUpdate,
    SignatureParameters,
    SigningAnswer,
    Token,
    UploadedDocument,
)

RECEIVED = [
    CreatedRequest,
    CreatedToken,
    Request,
    SigningAnswer,
    Token,
    UploadedDocument,
]


def request(**fields):
    return structure({"pk": 1, "status": "CREATED", **fields}, Request, "GET /x")


def test_documented_request_is_read():
    """The fields of a documented request become those of the model, by their names."""
    found = request(
        pk=822543,
        status="ENROLLREADY",
        registration_authority=3,
        secure_element=2,
        id_document_type="IDC",
        scratchcard="3389580",
        citizenship=None,
    )

    assert found == Request(
        pk=822543,
        status=RequestStatus.ENROLLREADY,
        registration_authority="3",
        secure_element="2",
        id_document_type=IdDocumentType.IDC,
        scratchcard="3389580",
        extra={"citizenship": None},
    )


@pytest.mark.parametrize("value", [1, 1.5, True, [], ["a"], {}, {"a": "b"}])
def test_only_text_is_text(value):
    """A number, flag, list or object where a text belongs is not turned into one."""
    with pytest.raises(UnexpectedResponseError, match="given_name"):
        request(given_name=value)


@pytest.mark.parametrize("value", [1.5, True, [], {}])
def test_only_text_and_numbers_are_any_text(value):
    """Where numbers count as text, nothing else does."""
    with pytest.raises(UnexpectedResponseError, match="scratchcard"):
        request(scratchcard=value)


def test_null_is_not_a_text():
    """A null stays None and does not become the word."""
    assert request(given_name=None, scratchcard=None).given_name is None


@pytest.mark.parametrize(
    ("value", "pk"),
    [(123456, 123456), ("123456", 123456), ("926427,", 926427), (" 7 ", 7)],
)
def test_pk_may_come_as_text(value, pk):
    """A pk is read from a number, from a text, and from one with a stray comma."""
    assert request(pk=value).pk == pk


@pytest.mark.parametrize(
    "value", [None, True, 1.0, "", ",", "x", "12.5", "1 2", "-5", "1e3", "²", [1], {}]
)
def test_what_is_no_pk_is_refused(value):
    """Anything else is refused rather than guessed: a wrong pk is somebody else's."""
    with pytest.raises(UnexpectedResponseError, match="pk"):
        request(pk=value)


def test_unknown_status_is_kept():
    """A status that is not listed stays what it is."""
    assert request(status="VALIDATION").status == "VALIDATION"


def test_known_status_is_a_member():
    """A listed status becomes its member."""
    assert request(status="ISSUED").status is RequestStatus.ISSUED


@pytest.mark.parametrize("value", [None, 1, ["ISSUED"], {}])
def test_status_must_be_a_text(value):
    """Only a text can be a status."""
    with pytest.raises(UnexpectedResponseError, match="status"):
        request(status=value)


def test_kind_of_document_may_be_missing():
    """An open vocabulary may be empty where its field may be."""
    assert request(id_document_type=None).id_document_type is None


def test_unknown_fields_are_kept():
    """What the model does not know is in its extra, by the name on the wire."""
    found = request(titile=None, esponsible_serial="1", extra=2)

    assert found.extra == {"titile": None, "esponsible_serial": "1", "extra": 2}


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("False", False),
        ("xxx", None),
        (1, None),
        (None, None),
    ],
)
def test_flag_may_come_as_a_word(value, flag):
    """Flags come as booleans, as words, and as placeholders that are neither."""
    created = structure({"pk": 1, "asyncmode": value}, CreatedRequest, "POST /create")

    assert created.asyncmode is flag


def test_names_on_the_wire_are_mapped():
    """A field with another name on the wire is read from there and not kept twice."""
    found = structure({"errorCode": 415, "errorMessage": "no"}, UploadedDocument, "x")

    assert found == UploadedDocument(error_code="415", error_message="no")


def test_missing_field_is_named():
    """An answer without a needed field is told with its operation and the field."""
    with pytest.raises(UnexpectedResponseError, match=r"POST /create: .*pk"):
        structure({}, CreatedRequest, "POST /create")


def test_error_has_the_path_and_no_value():
    """A misfit is told by its path, and none of the values is repeated."""
    answer = [{"uid": "u"}, {"uid": ["planted"]}]
    with pytest.raises(UnexpectedResponseError) as caught:
        structure(answer, tuple[UploadedDocument, ...], "POST /document")

    assert "$[1].uid" in str(caught.value)
    assert "planted" not in str(caught.value)


def test_reader_reads_an_answer():
    """A reader opens the envelope and makes the model of what is inside."""
    operation = Operation("POST /token")
    body = b'{"status":"success","details":{"token_uid":"t"}}'
    call = Call(operation=operation, path=operation.path())

    found = reader(CreatedToken)(Answer(call=call, status=200, body=body, size=9))

    assert found == CreatedToken(token_uid="t")


def test_what_is_not_given_is_not_sent():
    """None is left out at every depth; what is given is sent, though it be false."""
    parameters = SignatureParameters(
        use_tsa=False, appearance=Appearance(page=0, text=["a", "b"])
    )

    sent = wire(parameters)

    assert sent == {"use_tsa": False, "appearance": {"page": 0, "text": ["a", "b"]}}


def test_image_is_sent_in_base64():
    """The bytes of an image are sent in base64."""
    assert wire(Appearance(b64_image=b"\x89PNG")) == {"b64_image": "iVBORw=="}


def test_rectangle_is_sent_as_text():
    """A rectangle is sent as four numbers with commas and no blanks."""
    assert wire(Appearance(position=Rectangle(30, 100, 165, 150))) == {
        "position": "30,100,165,150"
    }


def test_update_sends_plain_fields():
    """An update sends what it needs and what was given."""
    update = RequestUpdate(
        scratchcard="1",
        email="a@b.c",
        registration_authority="3",
        profile="p",
        country_name="ES",
        surname_1="S",
    )

    assert wire(update) == {
        "scratchcard": "1",
        "email": "a@b.c",
        "registration_authority": "3",
        "profile": "p",
        "country_name": "ES",
        "surname_1": "S",
    }


def test_sent_model_is_json():
    """What is made of a model to be sent can be written as JSON."""
    model = DocumentSignature(
        usecountersignature=True, appearance=Appearance(position=Rectangle(0, 0, 1, 1))
    )

    assert json.loads(json.dumps(wire(model))) == wire(model)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def answers_for(model):
    """Return JSON that comes close to a model, and JSON that does not."""
    names = [field.metadata.get("wire", field.name) for field in attrs.fields(model)]
    plausible = st.dictionaries(
        st.sampled_from(names), anything | st.sampled_from(["1", "CREATED", 1])
    )
    needed = st.fixed_dictionaries(
        {"pk": st.just(1), "status": st.text(), "token_uid": st.text()}
    )
    both = st.tuples(needed, plausible).map(lambda pair: {**pair[0], **pair[1]})
    return anything | plausible | both


@pytest.mark.parametrize("model", RECEIVED)
@given(data=st.data())
def test_any_json_is_a_model_or_unexpected(model, data):
    """Any JSON becomes the model or `UnexpectedResponseError`, and nothing else."""
    value = data.draw(answers_for(model))
    try:
        found: Any = structure(value, model, "where")
    except UnexpectedResponseError as error:
        assert str(error).startswith("where: ")  # noqa: PT017  # either outcome is right
    else:
        assert isinstance(found, model)


@pytest.mark.parametrize("model", RECEIVED)
@given(data=st.data())
def test_what_is_known_is_never_lost(model, data):
    """Each field of an accepted answer is in the model or in its extra."""
    value = data.draw(answers_for(model))
    try:
        found = structure(value, model, "where")
    except UnexpectedResponseError:
        return
    names = {field.metadata.get("wire", field.name) for field in attrs.fields(model)}

    assert set(value) == set(found.extra) | (set(value) & names - {"extra"})


@pytest.mark.parametrize("model", RECEIVED)
@given(data=st.data(), secret=st.just("planted-secret"))
def test_no_value_is_told(model, data, secret):
    """Where JSON does not fit, no value of it is in the error."""
    values = st.sampled_from([secret, [secret], {"a": secret}, {secret: 1}])
    names = [field.name for field in attrs.fields(model)]
    value = data.draw(st.dictionaries(st.sampled_from(names), values) | values)
    try:
        structure(value, model, "where")
    except UnexpectedResponseError as error:
        assert secret not in f"{error}{error!r}"  # noqa: PT017  # either outcome is right
        assert error.__cause__ is None  # noqa: PT017  # it would hold the values
