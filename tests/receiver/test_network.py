"""The allow-list: who calls, and who only says so."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_async.errors import CallbackRejectedError, InvalidInputError
from oneshot_async.receiver import AllowList

INSIDE, OUTSIDE = "192.0.2.7", "198.51.100.7"
CALLBACK = b'{"status": "ISSUED", "request": 7}'
NETWORKS = ["192.0.2.0/24", "2001:db8::/32", "203.0.113.9"]


def admits(allowed, peer, *forwarded_for):
    try:
        allowed.check(peer, forwarded_for)
    except CallbackRejectedError:
        return False
    return True


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (INSIDE, True),
        (OUTSIDE, False),
        ("203.0.113.9", True),
        ("203.0.113.10", False),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("fe80::1%eth0", False),
        (f"::ffff:{INSIDE}", True),
        (f"::ffff:{OUTSIDE}", False),
        ("::ffff:c000:207", True),
        (None, False),
        ("", False),
        ("no address", False),
    ],
)
def test_peer_is_looked_up_in_the_networks(peer, expected):
    """Without proxies it is the peer that counts, in either version of IP."""
    assert admits(AllowList(NETWORKS), peer) is expected


@pytest.mark.parametrize("network", [1, None, b"\xc0\0\2\7"])
def test_network_that_is_no_text_is_refused(network):
    """A number would be an address that nobody meant."""
    with pytest.raises(InvalidInputError, match="networks: give text"):
        AllowList([INSIDE, network])


def test_header_is_nothing_without_proxies():
    """Who is connected directly can claim to be anybody, in vain."""
    assert not admits(AllowList(NETWORKS), OUTSIDE, INSIDE)
    assert admits(AllowList(NETWORKS), INSIDE, OUTSIDE)


@pytest.mark.parametrize(
    ("proxies", "forwarded_for", "expected"),
    [
        (1, [INSIDE], True),
        (1, [f"{OUTSIDE}, {INSIDE}"], True),
        (1, [f"{INSIDE}, {OUTSIDE}"], False),
        (1, [INSIDE, OUTSIDE], False),
        (1, [OUTSIDE, INSIDE], True),
        (2, [f"{INSIDE},10.0.0.1"], True),
        (2, [f"{INSIDE}, {OUTSIDE}, 10.0.0.1"], False),
        (2, [INSIDE], False),
        (1, [], False),
        (1, [""], False),
        (1, [f"{INSIDE},"], False),
        (1, [f"{INSIDE}:443"], False),
        (1, ["unknown"], False),
        (1, [f"::ffff:{INSIDE}"], True),
        (3, [f"garbage, {INSIDE}, 10.0.0.2, 10.0.0.1"], True),
    ],
)
def test_as_many_proxies_are_believed_as_there_are(proxies, forwarded_for, expected):
    """The caller is whom the outermost trusted proxy saw; the rest is a lie."""
    allowed = AllowList(NETWORKS, trusted_proxies=proxies)

    assert admits(allowed, "10.0.0.1", *forwarded_for) is expected


def test_proxy_may_call_over_a_unix_socket():
    """Behind a proxy it does not matter that the peer has no address."""
    assert admits(AllowList(NETWORKS, trusted_proxies=1), None, INSIDE)


@given(
    claims=st.lists(st.text() | st.just(INSIDE), max_size=5),
    caller=st.ip_addresses().filter(lambda ip: ip not in map(ip_address, NETWORKS[2:])),
)
def test_no_claim_lets_a_stranger_in(claims, caller):
    """Whatever stands in the header before the caller, it is the caller who counts."""
    allowed = AllowList(["203.0.113.9"], trusted_proxies=1)
    line = ",".join([*claims, str(caller)])

    assert not admits(allowed, "10.0.0.1", line)


@given(st.lists(st.text()), st.none() | st.text(), st.integers(0, 3))
def test_hostile_headers_only_refuse(lines, peer, proxies):
    """There is one way to fail, whatever the header says."""
    admits(AllowList(["203.0.113.9"], trusted_proxies=proxies), peer, *lines)


@pytest.mark.parametrize(
    ("networks", "proxies", "named"),
    [
        ([], 0, "networks"),
        (["192.0.2.1/24"], 0, "networks"),
        (["somewhere"], 0, "networks"),
        (NETWORKS, -1, "trusted_proxies"),
    ],
)
def test_what_makes_no_sense_is_refused(networks, proxies, named):
    """A list that admits nobody, or is none, is refused by name."""
    with pytest.raises(InvalidInputError, match=named):
        AllowList(networks, trusted_proxies=proxies)


@pytest.mark.parametrize(
    ("networks", "forwarded_for", "status"),
    [
        (["127.0.0.0/8"], "192.0.2.1", 404),
        (["192.0.2.0/24"], "192.0.2.1", 204),
        (["192.0.2.0/24"], "192.0.2.1, 127.0.0.1", 404),
        (["192.0.2.0/24"], "", 404),
    ],
)
async def test_callbacks_come_from_allowed_networks_only(
    serve, inbox, urls, path, networks, forwarded_for, status
):
    """Who calls from elsewhere is told what a wrong URL is, and nothing is kept."""
    allow = AllowList(networks, trusted_proxies=1)
    client = await serve(inbox, urls, allow=allow)

    answer = await client.post(
        path(), data=CALLBACK, headers={"X-Forwarded-For": forwarded_for}
    )

    assert (answer.status, await answer.read()) == (status, b"")
    assert len(await inbox.history()) == (status == 204)
    assert not await inbox.quarantined()
