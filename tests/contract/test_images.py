"""Images: what is documented of upload, get, list and delete."""

from contextlib import suppress

import pytest
import pytest_asyncio

from oneshot_async.errors import NotFoundError, UnsupportedFileError

pytestmark = pytest.mark.asyncio(loop_scope="session")

OLDER = "documented for the older generation"


@pytest_asyncio.fixture(loop_scope="session")
async def uid(client, png):
    """The uid of a new image."""
    uploaded = await client.images.upload(png)
    yield uploaded.image_uid
    with suppress(NotFoundError):
        await client.images.delete(uploaded.image_uid)


async def test_upload_answers_a_uid(uid, wire):
    """What was uploaded is told in `details`, and again in the message."""
    answer = wire.last

    assert answer.get("status") == "success", "documented: the status is `success`"
    assert answer.get("message") == f"Image uploaded with uid '{uid}'", (
        "documented: the message of an upload carries the uid"
    )
    assert answer.get("details", {}).get("image_uid") == uid, (
        "documented: the key is `image_uid`"
    )


async def test_image_is_a_png(client, uid):
    """What comes back is a PNG and no JSON."""
    image = await client.images.get(uid)

    assert image.startswith(b"\x89PNG"), "documented: get answers `image/png`"


async def test_deleted_image_is_not_found(client, refused, uid):
    """An image can be deleted."""
    await client.images.delete(uid)

    with refused(NotFoundError, "documented: what is deleted is not found"):
        await client.images.get(uid)


async def test_list_is_by_uid_if_there_is_one(client, uid):
    """The older generation lists images by their uid; the newer one may not."""
    with suppress(NotFoundError):
        listed = await client.images.list()

        assert uid in listed, f"{OLDER}: images are listed by their uid"


async def test_all_images_can_be_deleted(client, simulated, uid):
    """The older generation deletes all images at once, whoever needs them."""
    await client.images.delete_all()

    assert dict(await client.images.list()) == {}, f"{OLDER}: all images are deleted"


async def test_only_png_is_taken(client, refused):
    """The older generation refuses with 415 what is no PNG."""
    with refused(UnsupportedFileError, f"{OLDER}: what is no PNG is refused, 415"):
        await client.images.upload(b"GIF89a")
