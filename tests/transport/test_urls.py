"""Where calls go: the ways to write the Optimizer's URL, and redirects."""

import pytest

from oneshot_async import OneShotClient, RaoLogin
from oneshot_async.errors import InvalidInputError, UnexpectedResponseError

BASE = "/oneshot/api/v1"


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("", BASE),
        ("/", BASE),
        (BASE, BASE),
        (f"{BASE}/", BASE),
        (f"{BASE}/api/v1", f"{BASE}/api/v1"),
        ("/behind/a/proxy", f"/behind/a/proxy{BASE}"),
        (f"/behind/a/proxy{BASE}/", f"/behind/a/proxy{BASE}"),
        ("/with%20space", f"/with%20space{BASE}"),
    ],
)
async def test_base_url_may_be_written_in_many_ways(
    serve, connect, answers, written, base
):
    """The API's path is appended unless it is there, whatever stands before it."""
    server = await serve(answers.request())
    client = await connect(server.url + written)

    await client.requests.get(7)

    assert server.seen[0].path == f"{base}/request/7"


@pytest.mark.parametrize("url", ["", "optimizer", "ftp://x", "http://", "http://[::1"])
def test_url_that_cannot_be_called_is_refused(url):
    """What is no http(s) URL with a host is refused when the client is made."""
    with pytest.raises(InvalidInputError, match="url"):
        OneShotClient(url)


@pytest.mark.parametrize("uid", ["a/b", "a?b", "a#b", "a%2Fb", "ü"])
async def test_id_stays_one_segment(serve, connect, answers, uid):
    """An id with special characters is quoted once and cannot leave its place."""
    server = await serve(answers.ok())
    client = await connect(server.url)

    await client.tokens.delete(uid)

    head, _, last = server.seen[0].path.rpartition("/")
    assert head == f"{BASE}/token"
    assert last in {"a%2Fb", "a%3Fb", "a%23b", "a%252Fb", "%C3%BC"}


@pytest.mark.parametrize("status", [307, 308])
async def test_redirect_keeps_method_and_form(serve, connect, answers, signer, status):
    """A redirected upload arrives whole at the new place, by the same method."""
    server = await serve(answers.moved(f"{BASE}/create/", status), answers.ok(pk="7"))
    client = await connect(server.url)

    created = await client.requests.create(signer)

    assert created.pk == 7
    assert server.calls == ["POST /create", "POST /create/"]
    first, second = (seen.body for seen in server.seen)
    assert len(first) == len(second)
    assert b'name="given_name"\r\n\r\nGiven\r\n' in second


async def test_redirect_keeps_json(serve, connect, answers):
    """A redirected JSON body arrives again."""
    server = await serve(answers.moved("./7/"), answers.ok())
    client = await connect(server.url)

    await client.requests.generate_otp(7, delivery_method="sms")

    assert server.calls == ["POST /otp/7", "POST /otp/7/"]
    assert server.seen[0].body == server.seen[1].body == b'{"delivery_method": "sms"}'


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirected_get_is_followed(serve, connect, answers, status):
    """A GET follows a redirect of any kind."""
    moved = answers.moved(f"{BASE}/request/7/", status)
    server = await serve(moved, answers.request())
    client = await connect(server.url)

    assert (await client.requests.get(7)).pk == 7


async def test_redirect_to_another_origin_is_refused(serve, connect, answers, signer):
    """A redirect elsewhere is not followed: it gets neither a body nor a call."""
    other = await serve(answers.ok(pk="7"))
    server = await serve(answers.moved(f"{other.url}{BASE}/create"))
    client = await connect(server.url)

    with pytest.raises(
        UnexpectedResponseError, match=r"307.*check the Optimizer's URL"
    ):
        await client.requests.create(
            signer, rao=RaoLogin(username="user", password="word", pin="1234")
        )

    assert (len(server.seen), len(other.seen)) == (1, 0)


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_redirect_that_loses_the_body_is_refused(
    serve, connect, answers, signer, status
):
    """A redirect that would turn a POST into a GET is not followed."""
    server = await serve(answers.moved(f"{BASE}/elsewhere", status))
    client = await connect(server.url)

    with pytest.raises(UnexpectedResponseError, match=str(status)):
        await client.requests.create(signer)

    assert server.calls == ["POST /create"]


@pytest.mark.parametrize(
    "location", ["mailto:a@b", "http://[::1", "http://localhost:x/"]
)
async def test_redirect_to_nowhere_is_refused(serve, connect, answers, location):
    """A redirect to what is no URL of this server is told like any other."""
    server = await serve(answers.moved(location))
    client = await connect(server.url)

    with pytest.raises(UnexpectedResponseError, match="redirected"):
        await client.requests.get(7)


@pytest.mark.parametrize("location", ["", "./7"])
async def test_redirect_in_a_circle_ends(serve, connect, answers, location):
    """A server that redirects for ever is given up."""
    server = await serve(answers.moved(location))
    client = await connect(server.url)

    with pytest.raises(UnexpectedResponseError, match="circle"):
        await client.requests.get(7)

    assert len(server.seen) == 3
