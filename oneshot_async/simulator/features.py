"""What only some Optimizers offer."""

import attrs


@attrs.define(kw_only=True)
class Features:
    """What a simulator offers beyond the ordinary; may be changed while it runs.

    Args:
        external_authentication: A signature may be unlocked by the customer's own
            means, `ext_unlock_type` and `ext_unlock_value`, in place of a code.
        settings: The operations on settings that the older generation has.
    """

    external_authentication: bool = False
    settings: bool = False
