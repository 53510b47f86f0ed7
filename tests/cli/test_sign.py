"""`oneshot-async sign`: against a simulator in another process."""

import json
import socket

import pytest

PERSON = (
    "--given-name", "Ada",
    "--surname-1", "Lovelace",
    "--id-document-country", "ES",
    "--serial-number", "0000000T",
    "--email", "ada@example.com",
    "--mobile-phone-number", "+34600123123",
)  # fmt: skip
DOCUMENT = ("--document", "loan.pdf")
PROMPT = "Code from the message: "


@pytest.fixture
async def optimizer(start):
    """A simulator in a process of its own."""
    return await start("simulate", "--json")


@pytest.fixture
async def url(optimizer):
    return await optimizer.told("simulator")


@pytest.fixture
async def credentials(optimizer, url):
    return {
        **await optimizer.told("environment"),
        "ONESHOT_PROFILE": "PFnubeQAFCiudadano",
        "ONESHOT_REGISTRATION_AUTHORITY": "1000",
    }


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return str(taken.getsockname()[1])


async def test_sign_takes_callbacks_and_asks_for_the_code(
    start, optimizer, url, credentials, pdf, tmp_path
):
    """With a public URL callbacks are taken; a wrong code may be given again."""
    port = free_port()
    command = await start(
        "sign", url, *DOCUMENT, *PERSON, "--json", "--output", "out",
        "--public-url", f"http://127.0.0.1:{port}", "--listen-port", port,
        **credentials,
    )  # fmt: skip
    sms = await optimizer.told("sms")
    command.answer("wrong")
    command.answer(sms["code"])
    ended = await command.end()

    assert (ended.code, sms["method"]) == (0, "sms")
    callbacks = [one["callback"]["status"] for one in ended.told if "callback" in one]
    assert callbacks == ["CREATED", "ENROLLREADY", "ISSUED"]
    assert {"refused": "Confirmation Code invalid"} in ended.told
    assert ended.told[-1]["signed"] == ["out/loan-signed.pdf"]
    assert (tmp_path / "out" / "loan-signed.pdf").exists()
    (verified,) = ended.told[-1]["verified"]
    assert (verified["intact"], verified["trusted"], verified["valid"]) == (
        True,
        None,
        None,
    )
    assert sms["code"] not in ended.out


async def test_an_interrupted_signing_can_be_gone_on_with(
    start, optimizer, url, credentials, pdf, tmp_path
):
    """Ctrl-C at the prompt is quiet and leaves a state, which --resume takes."""
    command = await start("sign", url, *DOCUMENT, *PERSON, "--json", **credentials)
    await command.prompt(PROMPT)
    exit_code = await command.interrupted()
    interrupted = await command.end()
    state = json.dumps(interrupted.told[-1]["state"])
    (tmp_path / "state.json").write_text(state)
    code = (await optimizer.told("sms"))["code"]

    command = await start(
        "sign", url, "--resume", "state.json", "--json", **credentials
    )
    command.answer(code)
    ended = await command.end()

    assert (exit_code, interrupted.err) == (130, "")
    assert (ended.code, ended.told[-1]["signed"]) == (0, ["signed/loan-signed.pdf"])


async def test_sign_asks_for_what_it_is_not_told(
    start, optimizer, url, credentials, pdf
):
    """What the options leave out about the person is asked for; nothing is echoed."""
    person = PERSON[2:]
    credentials.pop("ONESHOT_BILLING_USERNAME")
    command = await start("sign", url, *DOCUMENT, *person, "--json", **credentials)
    for answer in ("Ada", "simulated-billing"):
        command.answer(answer)
    command.answer((await optimizer.told("sms"))["code"])
    ended = await command.end()

    assert ended.code == 0
    assert ended.told[-1]["verified"][0]["signer"] == "Ada Lovelace"


async def test_sign_without_an_optimizer_is_one_line_of_error(run, pdf):
    """An Optimizer that is not there is told in a line, and no state is kept."""
    url = f"http://127.0.0.1:{free_port()}"
    env = {
        "ONESHOT_TOKEN": "planted-token",
        "ONESHOT_BILLING_USERNAME": "",
        "ONESHOT_PROFILE": "profile",
        "ONESHOT_REGISTRATION_AUTHORITY": "1000",
    }

    ended = await run("sign", url, *DOCUMENT, *PERSON, "--json", **env)

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert ended.err.startswith("error: POST /create: Cannot connect")
    assert "planted-token" not in ended.out + ended.err
    assert all("state" not in fields for fields in ended.told)
