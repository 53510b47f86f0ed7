"""Several documents in one signing: with one look for all, or with one each."""

import pytest
from fpdf import FPDF

from oneshot_async import (
    Appearance,
    DocumentSignature,
    File,
    Rectangle,
    SignatureParameters,
)
from oneshot_async.errors import NotFoundError

LOW, HIGH = Rectangle(60, 60, 300, 120), Rectangle(200, 700, 400, 780)


def paper(pages):
    drawn = FPDF(unit="pt", format=(595, 842))
    for _ in range(pages):
        drawn.add_page()
    return bytes(drawn.output())


@pytest.fixture
async def begun(client, person):
    """A signing of three documents of three pages each."""
    documents = [File(content=paper(3), name=f"{name}.pdf") for name in "abc"]
    return await client.begin(person(), documents)


@pytest.fixture
def sign(begun, telephone, checks, places):
    """A function that signs them, and returns where each shows its signature."""

    async def sign_all(**looks):
        signed = await begun.sign(await telephone.code_for(begun), **looks)
        assert [each.name for each in signed] == ["a.pdf", "b.pdf", "c.pdf"]
        assert all([(await checks(each.content))[0].valid for each in signed])
        return [place for each in signed for place in places(each.content)]

    return sign_all


def look(position, page, kind=DocumentSignature):
    appearance = Appearance(text=["%(CN)s"], position=position, page=page)
    return kind(appearance=appearance)


def place(position, page):
    return page, (position.x1, position.y1, position.x2, position.y2)


async def test_one_look_is_that_of_all(sign):
    """What `signature` says holds for each document."""
    found = await sign(signature=look(LOW, 2, SignatureParameters))

    assert found == [place(LOW, 2)] * 3


async def test_each_document_has_its_own_look(begun, sign):
    """What `signature_by_doc` says goes to the document with that uid."""
    looks = [(HIGH, 0), (LOW, 1), (HIGH, 2)]
    by_document = {
        document.uid: look(*wanted)
        for document, wanted in zip(begun.documents, looks, strict=True)
    }

    assert await sign(signature_by_doc=by_document) == [place(*each) for each in looks]


async def test_one_document_differs_from_the_others(begun, sign):
    """A look for one document replaces the common one there and nowhere else."""
    _, second, _ = begun.documents

    found = await sign(
        signature=look(LOW, 0, SignatureParameters),
        signature_by_doc={second.uid: look(HIGH, 1)},
    )

    assert found == [place(LOW, 0), place(HIGH, 1), place(LOW, 0)]


async def test_documents_without_a_look_show_nothing(sign):
    """A signature that nothing is said about is there and cannot be seen."""
    assert {corners for _, corners in await sign()} == {(0, 0, 0, 0)}


async def test_a_look_for_no_document_is_refused(begun, telephone):
    """A uid that is none of the signing's is told, and nothing is signed."""
    code = await telephone.code_for(begun)

    with pytest.raises(NotFoundError, match="not-a-uid"):
        await begun.sign(code, signature_by_doc={"not-a-uid": look(LOW, 0)})

    assert (await begun.approved()).status == "ENROLLREADY"


async def test_documents_are_known_by_name_and_uid(begun, simulator):
    """A signing tells what is uploaded, in order, until it is deleted."""
    record = simulator.requests[begun.request_pk]

    assert [each.name for each in begun.documents] == ["a.pdf", "b.pdf", "c.pdf"]
    assert [each.uid for each in begun.documents] == list(record.documents)
    await begun.delete_documents()
    assert begun.documents == ()


async def test_documents_keep_their_names_in_any_order(
    simulator, client, person, telephone
):
    """A document is known by the field it was sent in, wherever it is acknowledged."""
    simulator.faults.uploads_shuffled = 1
    papers = {"a.pdf": paper(1), "b.pdf": paper(2), "c.pdf": paper(3)}
    documents = [File(content=content, name=name) for name, content in papers.items()]

    signing = await client.begin(person(), documents)
    signed = await signing.sign(await telephone.code_for(signing))

    assert [each.name for each in signed] == list(papers)
    assert all(each.content.startswith(papers[each.name]) for each in signed)


@pytest.mark.parametrize("count", [1, 3])
async def test_code_of_nothing_refuses_no_document(simulator, client, person, count):
    """An acknowledged document may have the code 0."""
    simulator.faults.uploads_coded = 1

    signing = await client.begin(person(), [paper(1)] * count)

    assert len(signing.documents) == count
