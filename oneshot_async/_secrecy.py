"""Values that are secrets: they are shown by no repr and written into no pickle."""

from typing import Any, NoReturn, Self, SupportsIndex


class Secret:
    """A base of what must not be kept by accident, as a job queue would in a pickle.

    A copy is the thing itself: a value that cannot be changed, or one that is in use.
    """

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError(
            f"{type(self).__name__} holds secrets and is not pickled: "
            "make it anew where it is used"
        )

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: Any) -> Self:
        return self
