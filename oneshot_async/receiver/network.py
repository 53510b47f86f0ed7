"""From where callbacks may come: an allow-list, also behind proxies."""

from collections.abc import Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from oneshot_async._checks import check_kind, check_list
from oneshot_async._discretion import discreet
from oneshot_async._texts import check_text
from oneshot_async.errors import CallbackRejectedError, InvalidInputError

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


@discreet
class AllowList:
    """Admits callbacks from some networks; in addition to the secret URL, not instead.

    One-Shot publishes no addresses to allow: ask your contact there.

    Args:
        networks: such as ``192.0.2.0/24``, ``2001:db8::/32`` or a single address.
        trusted_proxies: how many proxies of yours stand before the receiver, each of
            which appends who called it to ``X-Forwarded-For``. What else that header
            says comes from the caller, and is not believed.
    """

    def __init__(self, networks: Iterable[str], *, trusted_proxies: int = 0) -> None:
        check_list(networks, "networks")
        check_kind(trusted_proxies, int, "trusted_proxies", "a number")
        self._networks = tuple(map(_network, networks))
        self._proxies = trusted_proxies
        if not self._networks:
            raise InvalidInputError("networks is empty: nobody could call")
        if trusted_proxies < 0:
            raise InvalidInputError("trusted_proxies must be 0 or more")

    def __repr__(self) -> str:
        networks = ", ".join(map(str, self._networks))
        return f"<AllowList of {networks} behind {self._proxies} proxies>"

    def check(self, peer: str | None, forwarded_for: Sequence[str]) -> None:
        """Refuse who calls from elsewhere.

        Args:
            peer: the address of who is connected; None over a UNIX socket.
            forwarded_for: every ``X-Forwarded-For`` header, in their order.

        Raises:
            CallbackRejectedError: 404, as for a wrong URL; or it cannot be told who
                calls.
        """
        caller = self._caller(peer, forwarded_for)
        if caller is None or not any(caller in network for network in self._networks):
            raise CallbackRejectedError(
                "not from an allowed network", status=404, reason="network"
            )

    def _caller(
        self, peer: str | None, forwarded_for: Sequence[str]
    ) -> _Address | None:
        if not self._proxies:
            return _address(peer or "")
        hops = [hop for line in forwarded_for for hop in line.split(",")]
        # The last hop was written by the nearest proxy, which may be believed.
        trusted = hops[-self._proxies :]
        if len(trusted) < self._proxies:
            return None
        return _address(trusted[0].strip())


def _network(text: str) -> _Network:
    check_text(text, "networks")
    try:
        return ip_network(text)
    except ValueError as error:
        raise InvalidInputError(f"networks: {error}") from None


def _address(text: str) -> _Address | None:
    """Read an address; an IPv4 one in the disguise of IPv6 is the IPv4 one."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
