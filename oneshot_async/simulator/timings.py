"""How long the simulated service takes."""

import attrs


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

    approval: float = 0.2
    review: float = 0.2
    issue: float = 0.2
    file_skew: float = 0.3
    otp_validity: float = 600.0
