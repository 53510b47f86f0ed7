"""The operations of the Images tag."""

from oneshot_async.simulator import refusals

from .bodies import JSON, form_body
from .operation import Operation
from .schemas import answered, listed, mapped, succeeded, text, whole, word

TAG = "Images"

_UID = "d9428888-122b-11e1-b85c-61cd3cbb3210"
_IMAGE = answered(
    {
        "upload_date": text(),
        "ext": word(".png"),
        "size": listed(whole(), "Width and height.", minItems=2, maxItems=2),
        "mime": word("image/png"),
        "filename": text(),
    }
)

OPERATIONS = {
    "POST /image": Operation(
        name="images.upload",
        summary="Upload an image for visible signatures",
        body=form_body(files={"image": "image/png"}, needed="image"),
        answers={
            JSON: succeeded(
                f"Image uploaded with uid '{_UID}'",
                details=answered({"image_uid": text()}),
            )
        },
        returns="The image's uid",
        refusals=(
            refusals.missing_required("image"),
            refusals.unsupported_image("image/gif"),
        ),
    ),
    "GET /image/{uid}": Operation(
        name="images.get",
        summary="Download an image",
        answers={"image/png": {}},
        returns="A PNG",
        refusals=(refusals.image_not_found(_UID),),
    ),
    "DELETE /image/{uid}": Operation(
        name="images.delete",
        summary="Delete an image",
        uncertain="the words of the answer.",
        answers={JSON: succeeded("Image deleted")},
        returns="Deleted",
        refusals=(refusals.image_not_found(_UID),),
    ),
    "GET /images": Operation(
        name="images.list",
        summary="List all images",
        uncertain="whether the service has it; the older generation does.",
        answers={JSON: succeeded(details=mapped(_IMAGE, "By their uids."))},
        returns="All images, without what they show",
    ),
    "DELETE /images": Operation(
        name="images.delete_all",
        summary="Delete all images",
        uncertain="whether the service has it; the older generation does.",
        answers={JSON: succeeded("Images deleted successfully")},
        returns="Deleted",
    ),
}
