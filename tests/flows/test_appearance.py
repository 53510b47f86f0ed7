"""What a visible signature shows, from the client to the paper."""

import asyncio
import io

import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from oneshot_async import Appearance, DocumentSignature, Rectangle, SignatureParameters
from oneshot_async.errors import InvalidInputError, NotFoundError

PLACE = Rectangle(60, 60, 300, 160)


@pytest.fixture(scope="session")
def png():
    target = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def signed(client, person, pdf, telephone):
    """A function that signs a document with an appearance."""

    async def sign_one(number=0, **look):
        signing = await client.begin(person(number), [pdf])
        appearance = Appearance(**{"position": PLACE, "page": 0} | look)
        code = await telephone.code_for(signing)
        parameters = SignatureParameters(appearance=appearance)
        (document,) = await signing.sign(code, signature=parameters)
        return document.content

    return sign_one


def xobjects(content):
    """Yield all forms and images below the look of the only signature."""
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    waiting = [signature.sig_field["/AP"]["/N"]]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += inside(one)


def inside(one):
    for key in ("/Resources", "/XObject"):
        if key not in one:
            return []
        one = one[key]
    return [one[name] for name in one]


def pictures(content):
    found = (one for one in xobjects(content) if one["/Subtype"] == "/Image")
    return [(one["/Width"], one["/Height"]) for one in found]


async def test_uploaded_image_is_shown(client, signed, png):
    """The signature shows the image that was uploaded, in its own size."""
    image = await client.images.upload(png)
    content = await signed(text=["%(CN)s"], image=image.image_uid)

    assert await asyncio.to_thread(pictures, content) == [(60, 40)]


async def test_image_can_be_carried_along(signed, png):
    """An image in the appearance itself needs no upload."""
    content = await signed(b64_image=png, horizontal=True)

    assert await asyncio.to_thread(pictures, content) == [(60, 40)]


async def test_missing_image_is_named(signed):
    """An image that was not uploaded stops the signature."""
    with pytest.raises(NotFoundError) as caught:
        await signed(image="none")

    (said,) = caught.value.details.values()
    assert said.endswith("cannot be found on disk")


async def test_qr_code_is_drawn(signed):
    """A URL becomes a drawing of hundreds of squares, more than the text alone has."""
    plain = await signed(text=["%(CN)s"])
    coded = await signed(number=1, text=["%(CN)s"], qrcode="https://example.com/check")

    drawn = [await asyncio.to_thread(size_of_look, each) for each in (plain, coded)]
    assert drawn[1] > drawn[0]
    assert await asyncio.to_thread(pictures, plain) == []


def size_of_look(content):
    return sum(len(one.data) for one in xobjects(content))


async def test_unknown_time_zone_is_not_sent(times, signed):
    """A time zone that does not exist is refused before anything is signed."""
    with pytest.raises(InvalidInputError, match="'Europe/Barcelona'"):
        await signed(timezone="Europe/Barcelona")

    assert times()["sign"] == 0


async def test_time_zone_is_looked_up_for_each_document(client, person, pdf, times):
    """The appearance of one document is looked at like the common one."""
    signing = await client.begin(person(), [pdf])
    uid = signing.state["documents"][0]["uid"]
    look = DocumentSignature(appearance=Appearance(timezone="Nowhere/At_All"))

    with pytest.raises(InvalidInputError, match="timezone"):
        await signing.sign("123456", signature_by_doc={uid: look})
    assert times()["sign"] == 0


async def test_known_time_zone_is_used(signed):
    """A time zone of the database is accepted."""
    assert await signed(text=["%(DATE)s"], date="%Z", timezone="Europe/Madrid")
