"""Documents in and out."""

import pytest


async def test_one_upload_answers_an_object(api, sample, upload_form):
    """One file is answered with an object that names its form field."""
    pk = await api.create()

    reply = await api.call("POST", f"/document/{pk}", form=upload_form(file=sample))

    assert reply.body["status"] == "success"
    assert reply.body["detail"]["name"] == "file"
    assert reply.body["detail"]["uid"] in api.simulator.requests[pk].documents


async def test_several_uploads_answer_a_list(api, sample, upload_form):
    """Several files are answered with a list in the order of the form."""
    pk = await api.create()

    reply = await api.call(
        "POST", f"/document/{pk}", form=upload_form(file=sample, file2=sample)
    )

    assert [each["name"] for each in reply.body["detail"]] == ["file", "file2"]


async def test_uploads_refuse(api, sample, upload_form):
    """A file that is no PDF, an eleventh file and no file at all are refused."""
    pk = await api.create()
    eleven = upload_form(**{f"file{number}": sample for number in range(11)})

    text = await api.call("POST", f"/document/{pk}", form=upload_form(file=b"text"))
    many = await api.call("POST", f"/document/{pk}", form=eleven)
    none = await api.call("POST", f"/document/{pk}", form={})

    assert text.refusal == (
        415,
        "Unsupported file type: application/x-given",
    )
    assert many.refusal == (
        400,
        f"Maximum number of document reached for Request {pk}",
    )
    assert none.status == 400
    assert not api.simulator.requests[pk].documents


@pytest.mark.parametrize(("default", "status"), [("original", 200), ("signed", 404)])
async def test_the_default_version_can_be_chosen(api, ready, default, status):
    """Which version a download brings that names none is a switch."""
    (uid,) = api.simulator.requests[ready].documents
    api.simulator.faults.document_type_default = default

    reply = await api.call("GET", f"/document/{ready}/{uid}")

    assert reply.status == status


async def test_an_unknown_version_is_refused(api, ready):
    """There are two versions of a document and no others."""
    (uid,) = api.simulator.requests[ready].documents

    reply = await api.call("GET", f"/document/{ready}/{uid}?document_type=draft")

    assert reply.status == 422


async def test_documents_are_deleted_one_by_one(api, ready):
    """A document can be deleted once."""
    (uid,) = api.simulator.requests[ready].documents

    first = await api.call("DELETE", f"/document/{ready}/{uid}")
    second = await api.call("DELETE", f"/document/{ready}/{uid}")

    assert first.status == 200
    assert second.refusal == (
        404,
        f"Document not found with uid {uid} and type original",
    )


async def test_documents_are_deleted_all_at_once(api, ready):
    """All documents can be deleted if there is one."""
    first = await api.call("DELETE", f"/document/{ready}")
    second = await api.call("DELETE", f"/document/{ready}")

    assert first.body == {
        "status": "success",
        "message": f"Documents deleted for Request {ready}",
    }
    assert second.refusal == (
        404,
        "No documents found for specified Request",
    )


async def test_an_unknown_document_is_not_found(api, ready):
    """A download of what was never uploaded is refused."""
    reply = await api.call("GET", f"/document/{ready}/unknown")

    assert reply.refusal == (404, "Document not found")
