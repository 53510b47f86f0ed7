"""The operations of the Settings tag."""

from oneshot_async.simulator import refusals

from .bodies import JSON, json_body
from .operation import Operation
from .schemas import Schema, answered, sent, text, word

TAG = "Settings"

_OFFERED = (
    "Only where `Features.settings` is switched on, as in the older generation; "
    "otherwise there is no such path."
)
_UNCERTAIN = "whether the service still has it; of the older generation it is known."
_SECTIONS: dict[str, Schema] = {
    name: {"type": "object"}
    for name in ("general", "tsa", "request", "billing", "proxy")
}


def _details(schema: Schema) -> dict[str, Schema]:
    return {JSON: answered({"status": word("200 OK"), "details": schema})}


OPERATIONS = {
    "GET /hello": Operation(
        name="settings.hello",
        summary="Tell whether the service is there",
        answers=_details(word("Hello")),
        returns="A greeting",
        uncertain=_UNCERTAIN,
        offered=_OFFERED,
    ),
    "GET /version": Operation(
        name="settings.version",
        summary="Tell which service this is",
        answers=_details(
            answered({"info": {"type": "object"}, "version": text(), "name": text()})
        ),
        returns="Name and version",
        uncertain=_UNCERTAIN,
        offered=_OFFERED,
    ),
    "GET /settings": Operation(
        name="settings.get",
        summary="Read the settings, the billing password among them",
        answers=_details(answered(_SECTIONS)),
        returns="All sections",
        uncertain=_UNCERTAIN,
        offered=_OFFERED,
    ),
    "POST /settings": Operation(
        name="settings.update",
        summary="Change the settings that are named",
        body=json_body(
            sent({}, _SECTIONS), example={"tsa": {"tsa_url": "https://tsa.example"}}
        ),
        answers=_details(word("Settings saved successfully")),
        returns="Changed",
        refusals=(
            refusals.invalid_value("body", "other", reason="no section of settings"),
        ),
        uncertain=_UNCERTAIN,
        offered=_OFFERED,
    ),
}
