"""Callback URLs: who can mint one, and that nobody else can."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_async import callback_urls
from oneshot_async.callback_urls import CallbackUrls, Correlation, new_correlation
from oneshot_async.errors import CallbackRejectedError, InvalidInputError

OLD, NEW = "an-old-secret-of-some-length", "a-new-secret-of-some-length"
PUBLIC = "https://sign.example.com/hooks"


@pytest.fixture
def urls():
    return CallbackUrls(PUBLIC, [NEW])


def token_of(url):
    return url.rpartition("/")[2]


def test_minted_url_verifies(urls):
    """The token of a minted URL gives the correlation back."""
    minted = urls.mint()

    assert urls.verify(token_of(minted.url)) == minted.correlation


def test_minted_url_stands_under_the_public_one(urls):
    """The receiver's path and the token are appended to the public URL."""
    assert urls.mint().url.startswith(f"{PUBLIC}/callbacks/")


def test_public_url_may_end_with_a_slash():
    """A slash at the end of the public URL does no harm."""
    minted = CallbackUrls(f"{PUBLIC}/", [NEW]).mint()

    assert minted.url.startswith(f"{PUBLIC}/callbacks/")


def test_every_url_has_a_correlation_of_its_own(urls):
    """No two URLs share a correlation."""
    assert len({urls.mint().correlation for _ in range(100)}) == 100


def test_given_correlation_is_minted_again(urls):
    """The same correlation makes the same URL, in any process with the secret."""
    correlation = new_correlation()

    assert urls.mint(correlation) == CallbackUrls(PUBLIC, [NEW]).mint(correlation)


@pytest.mark.parametrize(
    "correlation", ["a.b", "fixed", "a/b", "é", "a b", "x" * 65, "\ud800", "42"]
)
def test_correlation_that_could_not_be_verified_is_not_minted(urls, correlation):
    """A correlation that its URL could not carry, or that is taken, is refused."""
    with pytest.raises(InvalidInputError, match="correlation"):
        urls.mint(Correlation(correlation))


@given(
    st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True).filter(
        lambda text: text != "fixed" and not text.isdecimal()
    )
)
def test_any_minted_correlation_verifies(correlation):
    """Whatever can be minted can be verified."""
    urls = CallbackUrls(PUBLIC, [NEW])
    minted = urls.mint(Correlation(correlation))

    assert urls.verify(token_of(minted.url)) == correlation


def test_fixed_url_has_no_correlation(urls):
    """The URL for the registration authority verifies and names no request."""
    assert urls.verify(token_of(urls.fixed())) is None


def test_rotation_keeps_old_urls_alive():
    """The first secret mints, and every secret verifies, until it is dropped."""
    minted = CallbackUrls(PUBLIC, [OLD]).mint()
    both = CallbackUrls(PUBLIC, [NEW, OLD])

    assert both.verify(token_of(minted.url)) == minted.correlation
    assert both.mint(minted.correlation) == CallbackUrls(PUBLIC, [NEW]).mint(
        minted.correlation
    )


def test_dropped_secret_verifies_no_more(urls):
    """A URL of a secret that was dropped is refused as an unknown path."""
    minted = CallbackUrls(PUBLIC, [OLD]).mint()

    assert refused(urls, token_of(minted.url))


def refused(urls, token):
    """Tell whether a token is refused, and in the one right way."""
    with pytest.raises(CallbackRejectedError) as caught:
        urls.verify(token)
    return caught.value.status == 404 and str(caught.value) == "unknown callback URL"


@pytest.mark.parametrize(
    "change",
    [
        lambda token: "",
        lambda token: ".",
        lambda token: token[:-1],
        lambda token: token[1:],
        lambda token: token + "A",
        lambda token: token.replace(".", ""),
        lambda token: token.partition(".")[0],
        lambda token: "." + token.partition(".")[2],
        lambda token: "fixed." + token.partition(".")[2],
        lambda token: token + "\n",
        lambda token: token + "=",
        lambda token: f"é{token}",
        lambda token: token.swapcase(),
        lambda token: token + "x" * 100_000,
        lambda token: "\ud800",
    ],
)
def test_changed_token_is_refused(urls, change):
    """A token that was shortened, lengthened or altered anywhere is unknown."""
    token = token_of(urls.mint().url)

    assert refused(urls, change(token))


@given(st.text())
def test_any_other_token_is_refused(token):
    """No text whatever is accepted, and nothing but a rejection is raised."""
    assert refused(CallbackUrls(PUBLIC, [NEW]), token)


@given(st.data())
def test_one_wrong_character_is_enough(data):
    """A token with any one character changed is refused."""
    urls = CallbackUrls(PUBLIC, [NEW])
    token = token_of(urls.mint(Correlation("some-correlation")).url)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda one: one != token[place]))

    assert refused(urls, token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("secrets", [["short"], [NEW, "x" * 15], [""]])
def test_short_secret_is_refused(secrets):
    """A secret that could be guessed is refused, and not repeated in the message."""
    with pytest.raises(InvalidInputError, match="shorter than 16") as caught:
        CallbackUrls(PUBLIC, secrets)

    assert NEW not in str(caught.value)


def test_lone_text_is_no_list_of_secrets():
    """A text would be taken letter by letter."""
    with pytest.raises(InvalidInputError, match="secrets: give a list, not str"):
        CallbackUrls(PUBLIC, NEW)


def test_no_secret_is_refused():
    """Without a secret nothing can be minted."""
    with pytest.raises(InvalidInputError, match="secrets is empty"):
        CallbackUrls(PUBLIC, [])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sign.example.com",
        "ftp://a.example",
        "https://",
        "http://[::1",
        "/hooks",
        "https://a:b",
    ],
)
def test_public_url_must_be_one(url):
    """What nobody could call is refused as a public URL."""
    with pytest.raises(InvalidInputError, match="public_url"):
        CallbackUrls(url, [NEW])


def test_neither_secrets_nor_tokens_are_shown(urls):
    """A repr has neither the secrets nor a URL that would be accepted."""
    minted = urls.mint()

    assert NEW not in repr(urls)
    assert token_of(minted.url) not in repr(minted)


@pytest.fixture
def clock(monkeypatch):
    """The time that URLs are minted and judged by, in a list of one."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(callback_urls, "time", lambda: now[0])
    return now


def test_url_is_taken_until_its_time_is_over(clock):
    """A URL with a lifetime gives its correlation, and from then on nothing."""
    urls = CallbackUrls(PUBLIC, [NEW], lifetime=timedelta(days=30))
    minted = urls.mint()
    clock[0] += 30 * 86_400
    assert urls.verify(token_of(minted.url)) == minted.correlation

    clock[0] += 1
    with pytest.raises(CallbackRejectedError, match="expired") as refused:
        urls.verify(token_of(minted.url))
    assert refused.value.status == 404


def test_expiry_is_judged_by_who_mints_none(clock):
    """A receiver need not know the lifetime to hold a URL to it."""
    minted = CallbackUrls(PUBLIC, [NEW], lifetime=timedelta(hours=1)).mint()
    receiver = CallbackUrls(PUBLIC, [NEW])
    assert receiver.verify(token_of(minted.url)) == minted.correlation

    clock[0] += 3601
    with pytest.raises(CallbackRejectedError, match="expired"):
        receiver.verify(token_of(minted.url))


@pytest.mark.parametrize("forged", ["~{}.", "~99{}.", "."])
def test_lifetime_cannot_be_changed(clock, forged):
    """The end of a URL's time is part of what is proven."""
    urls = CallbackUrls(PUBLIC, [NEW], lifetime=timedelta(hours=1))
    name, _, mac = token_of(urls.mint().url).partition(".")
    correlation, _, until = name.partition("~")

    with pytest.raises(CallbackRejectedError, match="unknown"):
        urls.verify(correlation + forged.format(int(until) + 1) + mac)


def test_fixed_url_does_not_expire(clock):
    """What is configured at the registration authority stays."""
    urls = CallbackUrls(PUBLIC, [NEW], lifetime=timedelta(hours=1))
    fixed = urls.fixed()
    clock[0] += 10**9

    assert urls.verify(token_of(fixed)) is None
