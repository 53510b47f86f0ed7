"""The tag Requests: create, get, update, cancel, contract, OTP, sign."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, overload

from oneshot_async._checks import check_kind
from oneshot_async._complaints import inside
from oneshot_async._converter import reader, structure, wire
from oneshot_async._discretion import discreet
from oneshot_async._json import is_object
from oneshot_async._wire import (
    Answer,
    Call,
    Operation,
    acknowledged,
    details_of,
    file_of,
)
from oneshot_async.errors import InvalidInputError, UnexpectedResponseError
from oneshot_async.models.credentials import Billing, Rao
from oneshot_async.models.files import File, Progress
from oneshot_async.models.requests import (
    CreatedRequest,
    Request,
    RequestPk,
    RequestUpdate,
    Signer,
)
from oneshot_async.models.signatures import (
    Countersignature,
    DocumentSignature,
    SignatureParameters,
    SigningAnswer,
)

from .caller import Caller, Defaults, needed
from .timezones import check_timezones

_CREATE = Operation("POST /create", patience="create")
_GET = Operation("GET /request/{request_pk}")
_UPDATE = Operation("PUT /request/{request_pk}")
_CANCEL = Operation("DELETE /request/{request_pk}")
_CONTRACT = Operation("GET /contract/{request_pk}", patience="idle")
_OTP = Operation("POST /otp/{request_pk}")
_SIGN = Operation("POST /sign/{request_pk}", patience="sign")

_updated = reader(Request)

_NUMBER = re.compile(rb"created with pk ([0-9]+)")


@discreet
class Requests:
    """Requests: one person, one single-use certificate, some documents."""

    def __init__(self, call: Caller, defaults: Defaults) -> None:
        self._call = call
        self._defaults = defaults

    async def create(
        self,
        signer: Signer,
        *,
        useasync: bool = False,
        callback: str | None = None,
        profile: str | None = None,
        registration_authority: str | None = None,
        rao: Rao | None = None,
        billing: Billing | None = None,
        env: str | None = None,
        communication_language: str | None = None,
        progress: Progress | None = None,
    ) -> CreatedRequest:
        """Create a request and have it approved with the RAO's credentials.

        ``POST /create``. It is charged to the billing account, and never sent twice.
        What is not given here comes from the client's defaults. In synchronous mode it
        is believed to be approved on return; ask `get()` to be sure.

        Args:
            callback: the URL for callbacks; it has a meaning only with `useasync`.

        Raises:
            AmbiguousOutcomeError: it may have been created; its pk is not known.
        """
        form: dict[str, str | File] = {
            **signer.fields(),
            **self._options(
                profile, registration_authority, env, communication_language
            ),
            **_waking(callback, useasync=useasync),
            **self._defaults.officer(rao),
            **self._defaults.payer(billing),
            **signer.images(),
        }
        call = Call(
            operation=_CREATE, path=_CREATE.path(), form=form, progress=progress
        )
        return await self._call(call, _created)

    async def get(self, request_pk: RequestPk) -> Request:
        """Return a request as it stands now.

        ``GET /request/{request_pk}``. This is the truth that callbacks only hint at.
        """
        call = Call(operation=_GET, path=_GET.path(request_pk))
        return await self._call(call, _request)

    async def update(self, request_pk: RequestPk, update: RequestUpdate) -> Request:
        """Change a Video ID request that has not been approved.

        ``PUT /request/{request_pk}``.
        """
        call = Call(operation=_UPDATE, path=_UPDATE.path(request_pk), json=wire(update))
        return await self._call(call, _updated)

    async def cancel(self, request_pk: RequestPk) -> None:
        """Cancel a request whose certificate has not been issued.

        ``DELETE /request/{request_pk}``. The documentation is not clear whether that
        reaches the registration authority or only deletes the Optimizer's data.
        """
        call = Call(operation=_CANCEL, path=_CANCEL.path(request_pk))
        await self._call(call, acknowledged)

    @overload
    async def contract(
        self, request_pk: RequestPk, *, to: None = None, progress: Progress | None = ...
    ) -> bytes: ...
    @overload
    async def contract(
        self,
        request_pk: RequestPk,
        *,
        to: str | os.PathLike[str],
        progress: Progress | None = ...,
    ) -> Path: ...
    async def contract(
        self,
        request_pk: RequestPk,
        *,
        to: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> bytes | Path:
        """Fetch the service contract of the certificate, a PDF for the person to read.

        ``GET /contract/{request_pk}``. Returns its bytes or, with `to`, the path of the
        file it was written to.
        """
        target = None if to is None else Path(to)
        call = Call(
            operation=_CONTRACT,
            path=_CONTRACT.path(request_pk),
            save_to=target,
            progress=progress,
        )
        content = await self._call(call, file_of)
        return target or content

    async def generate_otp(
        self, request_pk: RequestPk, *, delivery_method: str | None = None
    ) -> None:
        """Send the person a one-time code, by ``sms`` or ``whatsapp``.

        ``POST /otp/{request_pk}``, once a minute at most, and never sent twice.

        Raises:
            OtpTooSoonError: the last code is less than a minute old.
            InvalidStatusError: the request is not approved yet, or issued already.
        """
        method = delivery_method or self._defaults.delivery_method
        call = Call(
            operation=_OTP,
            path=_OTP.path(request_pk),
            json={"delivery_method": str(method)} if method else {},
        )
        await self._call(call, acknowledged)

    async def sign(
        self,
        request_pk: RequestPk,
        secret: str,
        *,
        signature: SignatureParameters | None = None,
        countersignature: Countersignature | None = None,
        signature_by_doc: Mapping[str, DocumentSignature] | None = None,
        ext_unlock_type: str | None = None,
        ext_unlock_value: str | None = None,
    ) -> SigningAnswer:
        """Have the certificate issued and every uploaded document signed.

        ``POST /sign/{request_pk}``; never sent twice. In asynchronous mode the answer
        comes before the signatures.

        Args:
            secret: the one-time code, or what external authentication uses.
            signature_by_doc: by document uid, where one differs from `signature`.
            ext_unlock_type: and `ext_unlock_value`: for external authentication.

        Raises:
            OtpRefusedError: the code is wrong or has expired.
            AlreadyIssuedError: the request has signed already.
            AmbiguousOutcomeError: it may have signed; `get()` says ISSUED if it did.
            InvalidInputError: the time zone of an appearance does not exist.
        """
        by_doc = signature_by_doc or {}
        await check_timezones([signature, countersignature, *by_doc.values()])
        parts: dict[str, Any] = {
            "signature": signature and wire(signature),
            "countersignature": countersignature and wire(countersignature),
            "signature_by_doc": _each(signature_by_doc),
            "ext_unlock_type": ext_unlock_type,
            "ext_unlock_value": ext_unlock_value,
        }
        given = {name: value for name, value in parts.items() if value is not None}
        call = Call(
            operation=_SIGN,
            path=_SIGN.path(request_pk),
            json={"secret": _code(secret), **given},
        )
        return await self._call(call, _signing)

    def _options(
        self,
        profile: str | None,
        registration_authority: str | None,
        env: str | None,
        language: str | None,
    ) -> dict[str, str]:
        defaults = self._defaults
        authority = registration_authority or defaults.registration_authority
        options = {
            "profile": needed(profile or defaults.profile, "profile"),
            "registration_authority": needed(authority, "registration_authority"),
            "env": env or defaults.env,
            "communication_language": language or defaults.communication_language,
        }
        return {name: value for name, value in options.items() if value}


def _waking(callback: str | None, *, useasync: bool) -> dict[str, str]:
    """Return the fields of the asynchronous workflow."""
    if callback is not None and not useasync:
        raise InvalidInputError(
            "callback needs useasync=True: it is not called without"
        )
    fields = {"useasync": "true"} if useasync else {}
    return fields if callback is None else {**fields, "callback": callback}


def _each(by_doc: Mapping[str, DocumentSignature] | None) -> dict[str, Any] | None:
    return {uid: wire(one) for uid, one in by_doc.items()} if by_doc else None


def _code(secret: str) -> str:
    check_kind(secret, str, "the one-time code", "text, which keeps its zeros")
    if not secret.strip():
        raise InvalidInputError("the one-time code is empty")
    return secret.strip()


def _created(answer: Answer) -> CreatedRequest:
    """Read a new request; the older generation answers its number and no more.

    The number stands in the words of the answer too.
    """
    details = details_of(answer)
    found = details if is_object(details) else {"pk": details}
    said = _NUMBER.search(answer.body)
    if said and not found.get("pk"):
        found = {**found, "pk": said[1].decode("ascii")}
    return structure(found, CreatedRequest, answer.call.operation.name)


def _request(answer: Answer) -> Request:
    """Read a request whose secrets stand beside it."""
    details = details_of(answer)
    if is_object(details) and is_object(details.get("request")):
        secrets: Any = details.get("secrets") or {}
        details = {**details["request"], "secrets": secrets}
    return structure(details, Request, answer.call.operation.name)


def _signing(answer: Answer) -> SigningAnswer:
    """Read the answer to a signature: what else than yes it says is not documented."""
    body = acknowledged(answer)
    details = inside(body) if is_object(body) else body
    found = details if is_object(details) else {}
    try:
        return structure(found, SigningAnswer, answer.call.operation.name)
    except UnexpectedResponseError:
        return SigningAnswer(extra=found)
