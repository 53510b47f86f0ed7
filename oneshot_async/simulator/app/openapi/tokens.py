"""The operations of the Tokens tag."""

from oneshot_async.simulator import refusals

from .bodies import JSON, json_body
from .credentials import ENV, EXAMPLE_LOGIN, OFFICER
from .operation import Operation
from .schemas import answered, mapped, sent, succeeded, text, word

TAG = "Tokens"

_TOKEN = {
    **answered(
        {
            "username": text(),
            "password": word("true"),
            "pin": word("true"),
            "rao_id": text(),
            "env": ENV,
        }
    ),
    "required": ["username", "rao_id", "env"],
    "description": "For its secrets, only that it has them.",
}

OPERATIONS = {
    "POST /token": Operation(
        name="tokens.create",
        summary="Keep an officer's credentials under a uid",
        description="What is left out has to accompany each call that needs it.",
        body=json_body(
            sent(
                {"username": text(minLength=1)},
                {
                    "password": OFFICER["password"],
                    "pin": OFFICER["pin"],
                    "env": ENV,
                },
            ),
            example={**EXAMPLE_LOGIN, "env": "prod"},
        ),
        answers={
            JSON: succeeded("Token created", details=answered({"token_uid": text()}))
        },
        returns="The token's uid",
        refusals=(
            refusals.missing_required("username"),
            refusals.unknown_env("moon"),
            refusals.token_exists(),
            refusals.invalid_rao(),
            refusals.unknown_rao(),
        ),
    ),
    "GET /token/{uid}": Operation(
        name="tokens.get",
        summary="Read what a token stands for",
        answers={JSON: succeeded(details=_TOKEN)},
        returns="The token without its secrets",
        refusals=(refusals.token_not_found(),),
    ),
    "DELETE /token/{uid}": Operation(
        name="tokens.delete",
        summary="Forget a token",
        uncertain="the words of the answer.",
        answers={JSON: succeeded("Token deleted successfully")},
        returns="Forgotten",
        refusals=(refusals.token_not_found(),),
    ),
    "GET /tokens": Operation(
        name="tokens.list",
        summary="List all tokens",
        uncertain="the answer, which is documented for the older generation only.",
        answers={JSON: succeeded(details=mapped(_TOKEN, "By their uids."))},
        returns="All tokens without their secrets",
    ),
}
