"""Images of the Optimizer: uploaded, listed, fetched and deleted."""

import pytest


@pytest.fixture
def put(api, upload_form):
    """A function that uploads an image."""

    async def put_one(content):
        return await api.call("POST", "/image", form=upload_form(image=content))

    return put_one


@pytest.fixture
async def uid(put, png):
    return (await put(png)).body["details"]["image_uid"]


async def test_image_comes_back_as_it_went(api, uid, png):
    """An uploaded image can be fetched, byte for byte."""
    assert (await api.call("GET", f"/image/{uid}")).body == png


async def test_list_describes_the_images(api, uid):
    """The list says of each image when it came, its name and its size in pixels."""
    listed = await api.call("GET", "/images")

    stamp = f"{api.simulator.clock.now():%Y-%m-%d %H:%M:%S.%f}"
    assert listed.body["details"] == {
        uid: {
            "upload_date": stamp,
            "ext": ".png",
            "size": [1, 1],
            "mime": "image/png",
            "filename": "a.pdf",
        }
    }


async def test_deleted_image_is_gone(api, uid):
    """A deleted image can neither be fetched nor deleted again."""
    deleted = await api.call("DELETE", f"/image/{uid}")
    replies = [await api.call(verb, f"/image/{uid}") for verb in ("GET", "DELETE")]

    assert deleted.body == {"status": "success", "message": "Image deleted"}
    said = (404, f"Image with uid {uid} not found")
    assert [reply.refusal for reply in replies] == [said, said]


async def test_all_images_can_be_deleted(api, uid):
    """One call deletes every image."""
    await api.call("DELETE", "/images")

    assert (await api.call("GET", "/images")).body["details"] == {}


@pytest.mark.parametrize("content", [b"GIF89a", b"\x89PNG\r\n\x1a\n"])
async def test_only_png_is_accepted(put, content):
    """What is no PNG, or ends where one begins, is refused."""
    reply = await put(content)

    assert reply.refusal == (415, "Image file type not supported: application/x-given")


async def test_image_must_be_there(api, upload_form, png):
    """A form without the field is refused."""
    reply = await api.call("POST", "/image", form=upload_form(other=png))

    assert reply.refusal == (400, "Missing required parameter: 'image'")
