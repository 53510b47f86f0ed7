"""client.images: upload, get, delete, list, delete_all."""

import io

import pytest
from PIL import Image as Picture

from oneshot_async.errors import InvalidInputError, NotFoundError, UnsupportedFileError


@pytest.fixture(scope="session")
def png():
    target = io.BytesIO()
    Picture.new("RGB", (6, 4), "navy").save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize("kind", ["bytes", "path"])
async def test_image_comes_back_as_it_went(client, png, tmp_path, kind):
    """A PNG goes up from memory or from a file, and comes back byte for byte."""
    path = tmp_path / "seal.png"
    path.write_bytes(png)
    uploaded = await client.images.upload(path if kind == "path" else png)

    assert await client.images.get(uploaded.image_uid) == png


async def test_image_is_written_to_a_path(client, png, tmp_path):
    """With `to` the image becomes a file."""
    uploaded = await client.images.upload(png)
    path = await client.images.get(uploaded.image_uid, to=tmp_path / "back.png")

    assert path.read_bytes() == png


async def test_list_describes_images_by_uid(client, png, tmp_path):
    """The list says what each image is; a path brings its own name."""
    path = tmp_path / "seal.png"
    path.write_bytes(png)
    uploaded = await client.images.upload(path)
    listed = await client.images.list()

    image = listed[uploaded.image_uid]
    assert (image.ext, image.mime, image.size) == (".png", "image/png", [6, 4])
    assert image.filename == "seal.png"


async def test_deleted_image_is_not_found(client, png):
    """A deleted image is gone."""
    uploaded = await client.images.upload(png)
    await client.images.delete(uploaded.image_uid)

    with pytest.raises(NotFoundError):
        await client.images.get(uploaded.image_uid)


async def test_all_images_are_deleted_at_once(client, png):
    """`delete_all` leaves none."""
    for _ in range(2):
        await client.images.upload(png)
    await client.images.delete_all()

    assert await client.images.list() == {}


async def test_only_png_is_accepted(client):
    """What is no PNG is an unsupported file."""
    with pytest.raises(UnsupportedFileError):
        await client.images.upload(b"GIF89a")


async def test_image_is_a_source(client):
    """Something that is neither bytes nor a path nor a function is refused unsent."""
    with pytest.raises(InvalidInputError, match="image"):
        await client.images.upload(7)
