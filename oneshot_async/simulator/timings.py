"""How long the simulated service takes."""

import attrs

from oneshot_async._checks import not_negative


@attrs.define(kw_only=True)
class Timings:
    """Durations in seconds of the simulator's clock.

    The real service documents none of them but the minute between two codes, which
    is therefore not to be set here.

    Args:
        approval: From an asynchronous create to the approval.
        review: From complete evidence of a Video ID to the officer's review.
        issue: From an asynchronous sign to the certificate.
        file_skew: From the certificate to the signed file being available.
        otp_validity: How long a code is accepted.
    """

    approval: float = attrs.field(default=0.2, validator=not_negative)
    review: float = attrs.field(default=0.2, validator=not_negative)
    issue: float = attrs.field(default=0.2, validator=not_negative)
    file_skew: float = attrs.field(default=0.3, validator=not_negative)
    otp_validity: float = attrs.field(default=600.0, validator=not_negative)
