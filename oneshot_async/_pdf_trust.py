"""Whether certificates are to be trusted, and at which moment, through pyHanko."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# The reason: asn1crypto, in which pyHanko speaks, has no types.

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from .errors import InvalidInputError
from .verification import Distrust, StampCheck

_SIGNING_USAGES = {"digital_signature", "non_repudiation"}
_IF_KNOWN = RevocationCheckingRule.CHECK_IF_DECLARED_SOFT
_NEVER = RevocationCheckingRule.NO_CHECK
_REVOCATION = [
    RevocationCheckingPolicy(ee_certificate_rule=own, intermediate_ca_cert_rule=others)
    for own, others in ((_IF_KNOWN, _IF_KNOWN), (_IF_KNOWN, _NEVER), (_NEVER, _NEVER))
]
"""How revocation is judged: less and less, where too little is embedded about it."""
_SKEW = timedelta(minutes=5)
"""How far another's clock may be ahead."""
_REASONS: dict[type[Exception], Distrust] = {
    PathBuildingError: Distrust.UNKNOWN_ROOT,
    NotYetValidError: Distrust.NOT_YET_VALID,
    ExpiredError: Distrust.EXPIRED,
    RevokedError: Distrust.REVOKED,
}


@attrs.define(kw_only=True)
class Trust:
    """Judges the certificates of one document, from its end to its beginning.

    Attributes:
        moment: when what comes next is known to have existed.
    """

    roots: Sequence[Certificate]
    moment: datetime
    store: DocumentSecurityStore

    @classmethod
    def over(
        cls, reader: PdfFileReader, roots: Sequence[Certificate], moment: datetime
    ) -> "Trust":
        """Return who judges a document by the proofs in it."""
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            store = DocumentSecurityStore(None)
        return cls(roots=roots, moment=moment, store=store)

    def moment_by(self, stamp: StampCheck | None) -> datetime:
        """Return the moment that a time-stamp proves, if it does."""
        if stamp is None or not stamp.valid:
            return self.moment
        is_ahead = stamp.stamped_at > self.moment + _SKEW
        return self.moment if is_ahead else stamp.stamped_at

    async def of_signer(
        self, signer: Certificate, others: Sequence[Certificate], moment: datetime
    ) -> Distrust | None:
        """Return why a signer's certificate is not to be trusted, if it is not."""
        usage: Any = signer.key_usage_value
        if usage is not None and not _SIGNING_USAGES & usage.native:
            return Distrust.UNFIT
        return await self._doubt(signer, others, moment)

    async def of_stamper(
        self, stamper: Certificate, others: Sequence[Certificate]
    ) -> Distrust | None:
        """Return why who made a time-stamp is not to be trusted, if so."""
        return await self._doubt(stamper, others, self.moment, {"time_stamping"})

    async def _doubt(
        self,
        subject: Certificate,
        others: Sequence[Certificate],
        moment: datetime,
        usages: set[str] | None = None,
    ) -> Distrust | None:
        for policy in _REVOCATION:
            context = self._context(others, moment, policy)
            validator = CertificateValidator(subject, validation_context=context)
            try:
                await _validate(validator, usages)
            except InsufficientRevinfoError:
                continue
            except (PathBuildingError, ValidationError) as error:
                return _REASONS.get(type(error), Distrust.UNFIT)
            return None
        raise AssertionError("who asks for nothing misses nothing")

    def _context(
        self,
        others: Sequence[Certificate],
        moment: datetime,
        policy: RevocationCheckingPolicy,
    ) -> ValidationContext:
        # What is embedded about revocation is younger than the signature.
        revocation = CertRevTrustPolicy(policy, retroactive_revinfo=True)
        options = {
            "trust_roots": self.roots,
            "moment": moment,
            "other_certs": list(others),
            "revinfo_policy": revocation,
        }
        context: ValidationContext = self.store.as_validation_context(options)
        return context


async def _validate(validator: Any, usages: set[str] | None) -> None:
    await validator.async_validate_usage(set(), usages)


def certificates_in(text: bytes) -> list[Certificate]:
    """Read trusted roots.

    Raises:
        InvalidInputError: there is none.
    """
    try:
        found = load_pem_x509_certificates(text)
    except ValueError:
        raise InvalidInputError("trust takes certificates in PEM") from None
    return [Certificate.load(each.public_bytes(Encoding.DER)) for each in found]
