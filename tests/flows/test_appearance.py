"""What a visible signature shows, from the client to the paper."""

import asyncio
import io
import subprocess
from collections import Counter

import pytest
from fpdf import FPDF
from PIL import Image, ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader

from oneshot_async import Appearance, DocumentSignature, Rectangle, SignatureParameters
from oneshot_async.errors import InvalidInputError, NotFoundError

PLACE = Rectangle(60, 60, 300, 160)
NAVY, BLACK = (0, 0, 128), (0, 0, 0)
QR = "https://example.com/check"


def square():
    target = io.BytesIO()
    Image.new("RGB", (60, 40), NAVY).save(target, "PNG")
    return target.getvalue()


PNG = square()


@pytest.fixture
def signed(client, person, pdf, telephone):
    """A function that signs a document with an appearance."""

    async def sign_one(number=0, document=pdf, **look):
        signing = await client.begin(person(number), [document])
        appearance = Appearance(**{"position": PLACE, "page": 0} | look)
        code = await telephone.code_for(signing)
        parameters = SignatureParameters(appearance=appearance)
        (result,) = await signing.sign(code, signature=parameters)
        return result.content

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


@pytest.fixture
def drawn(tmp_path):
    """A function that has poppler draw a page."""

    def draw(content, page):
        path = tmp_path / "drawn.pdf"
        path.write_bytes(content)
        number = ["-f", str(page + 1), "-singlefile", "-r", "72"]
        command = ["pdftoppm", "-png", *number, path, path.with_suffix("")]
        subprocess.run(command, check=True)
        return Image.open(path.with_suffix(".png")).convert("RGB")

    return draw


def added(before, after):
    """Return the corners of what differs, as PDF counts, and its colours."""
    box = ImageChops.difference(before, after).getbbox()
    if box is None:
        return None, Counter()
    left, top, right, bottom = box
    pixels = after.crop(box).getcolors(10**6)
    colours = Counter({colour: count for count, colour in pixels})
    return (left, after.height - bottom, right, after.height - top), colours


def pages(count):
    blank = FPDF(unit="pt", format=(595, 842))
    for _ in range(count):
        blank.add_page()
    return bytes(blank.output())


def ink(colours):
    """Count the dark pixels that are no grey: the QR code is all black and grey."""
    dark = (colour for colour in colours if max(colour) < 60 and len(set(colour)) > 1)
    return sum(colours[colour] for colour in dark)


LOOKS = {
    "text": ({"text": ["%(CN)s"], "text_size": 30}, lambda seen: ink(seen) > 200),
    "image": ({"b64_image": PNG}, lambda seen: seen[NAVY] > 2000),
    "QR code": ({"qrcode": QR}, lambda seen: seen[BLACK] > 1000),
}


@pytest.mark.needs("pdftoppm")
@pytest.mark.parametrize("shown", [["text"], ["image"], ["QR code"], [*LOOKS]])
async def test_look_is_drawn_at_its_place(signed, places, drawn, shown):
    """What is asked for can be seen in its rectangle, on its page, and nowhere else."""
    look = {}
    for name in shown:
        look |= LOOKS[name][0]
    paper = pages(3)

    content = await signed(document=paper, page=2, **look)

    changes = [
        added(
            await asyncio.to_thread(drawn, paper, page),
            await asyncio.to_thread(drawn, content, page),
        )
        for page in range(3)
    ]
    asked = (PLACE.x1, PLACE.y1, PLACE.x2, PLACE.y2)
    assert places(content) == [(2, asked)]
    assert [corners for corners, _ in changes] == [None, None, asked]
    seen = changes[2][1]
    assert [name for name, (_, is_seen) in LOOKS.items() if is_seen(seen)] == shown


async def test_uploaded_image_is_shown(client, signed):
    """The signature shows the image that was uploaded, in its own size."""
    image = await client.images.upload(PNG)
    content = await signed(text=["%(CN)s"], image=image.image_uid)

    assert await asyncio.to_thread(pictures, content) == [(60, 40)]


async def test_image_can_be_carried_along(signed):
    """An image in the appearance itself needs no upload."""
    content = await signed(b64_image=PNG, horizontal=True)

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
    (document,) = signing.documents
    look = DocumentSignature(appearance=Appearance(timezone="Nowhere/At_All"))

    with pytest.raises(InvalidInputError, match="timezone"):
        await signing.sign("123456", signature_by_doc={document.uid: look})
    assert times()["sign"] == 0


async def test_known_time_zone_is_used(signed):
    """A time zone of the database is accepted."""
    assert await signed(text=["%(DATE)s"], date="%Z", timezone="Europe/Madrid")
