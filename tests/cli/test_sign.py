"""`oneshot-async sign`: against a simulator in another process."""

import json
import re
import shlex
import signal
import socket
import stat

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
PROMPT = "Code from the message (empty for a new one): "


@pytest.fixture
async def optimizer(start):
    """A simulator in a process of its own."""
    return await start("simulate", "--json")


@pytest.fixture
async def url(optimizer):
    return await optimizer.told("simulator")


@pytest.fixture
async def credentials(optimizer, url):
    return await optimizer.told("environment")


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


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str
)
async def test_an_ended_signing_can_be_gone_on_with(
    start, optimizer, url, credentials, pdf, tmp_path, number
):
    """Whatever ends it at the prompt, it prints the command that goes on, whole."""
    options = ("--json", "--output", "my results", "--place", "none")
    command = await start("sign", url, *DOCUMENT, *PERSON, *options, **credentials)
    await command.prompt(PROMPT)
    exit_code = await command.ended_by(number)
    interrupted = await command.end()
    (kept,) = (tmp_path / "my results").glob("signing-*.json")
    left = {path.name for path in kept.parent.iterdir()}
    state, mode = json.loads(kept.read_text()), stat.S_IMODE(kept.stat().st_mode)
    code = (await optimizer.told("sms"))["code"]

    again = shlex.split(interrupted.told[-1]["resume"])
    command = await start(*again[1:], **credentials)
    command.answer(code)
    ended = await command.end()

    assert (exit_code, interrupted.err, mode) == (130, "", 0o600)
    assert left == {kept.name, "service-contract.pdf"}
    assert interrupted.told[-1]["state"] == state
    assert "Ada" not in interrupted.told[-1]["resume"]
    assert again[0] == "oneshot-async"
    assert set(options) < set(again)
    assert ended.told[-1]["signed"] == ["my results/loan-signed.pdf"]
    assert (ended.code, kept.exists()) == (0, False)


async def test_a_killed_signing_leaves_its_state(
    start, optimizer, url, credentials, pdf, tmp_path
):
    """The file is there as long as the request is under way."""
    command = await start("sign", url, *DOCUMENT, *PERSON, "--json", **credentials)
    await command.prompt(PROMPT)
    await command.ended_by(signal.SIGKILL)
    (kept,) = (tmp_path / "signed").glob("signing-*.json")
    state = kept.read_text()

    command = await start("sign", url, "--resume", "-", "--json", **credentials)
    command.answer(state)
    command.process.stdin.write_eof()
    ended = await command.end()

    # There is nobody left to ask for the code, and a new file to go on with.
    assert ended.told[-2]["state"] == json.loads(state)
    assert ended.told[-2]["state_file"] != str(kept)
    assert ended.told[-1]["error"] == "nobody is there to answer"


async def test_people_are_told_how_to_go_on(start, optimizer, url, credentials, pdf):
    """The command stands in a line of its own, to be copied."""
    command = await start("sign", url, *DOCUMENT, *PERSON, **credentials)
    await command.prompt(PROMPT)
    await command.ended_by(signal.SIGTERM)

    line = (await command.end()).out.splitlines()[-1]

    assert line.startswith(f"To go on: oneshot-async sign {url} --document loan.pdf ")
    assert re.search(r" --resume signed/signing-\w+\.json$", line)


async def test_a_refused_create_leaves_nothing(run, url, credentials, pdf, tmp_path):
    """Where nothing was created there is nothing to go on with."""
    credentials["ONESHOT_TOKEN"] = "unknown"

    ended = await run("sign", url, *DOCUMENT, *PERSON, "--json", **credentials)

    assert ended.code == 1
    assert all("state" not in fields for fields in ended.told)
    assert list((tmp_path / "signed").iterdir()) == []


async def test_sign_asks_for_what_it_is_not_told(
    start, optimizer, url, credentials, pdf
):
    """What no option and no variable tells is asked for, and again if it is wrong."""
    secrets = ("ONESHOT_TOKEN", "ONESHOT_BILLING_PASSWORD")
    told = {name: credentials[name] for name in secrets}
    command = await start("sign", url, *DOCUMENT, *PERSON[2:-2], "--json", **told)
    answers = ("Ada", "123", "+34600123123", "1000", "any", "prodx", "sandbox")
    for answer in (*answers, "simulated-billing"):
        command.answer(answer)
    command.answer((await optimizer.told("sms"))["code"])
    ended = await command.end()

    assert ended.code == 0
    assert ended.told[-1]["verified"][0]["signer"] == "Ada Lovelace"
    assert "Error: mobile_phone_number needs its international prefix" in ended.err


async def test_signature_that_nobody_vouches_for_is_saved_and_told(
    start, optimizer, url, credentials, pdf, files, tmp_path
):
    """What was saved is told whatever the verification says, and how to go on."""
    command = await start(
        "sign", url, *DOCUMENT, *PERSON, "--json",
        "--trust", files / "authority.pem", **credentials,
    )  # fmt: skip
    command.answer((await optimizer.told("sms"))["code"])
    ended = await command.end()

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "signed/loan-signed.pdf does not verify" in ended.err
    (told,) = [one for one in ended.told if "signed" in one]
    assert told["signed"] == ["signed/loan-signed.pdf"]
    assert "resume" in ended.told[-2]


async def test_three_wrong_codes_end_it_in_its_own_words(
    start, optimizer, url, credentials, pdf
):
    """An empty line stands for a new code; the end says what can be done here."""
    command = await start("sign", url, *DOCUMENT, *PERSON, "--json", **credentials)
    for line in ("", "wrong", "wrong", "wrong"):
        await command.prompt(PROMPT)
        command.answer(line)
    ended = await command.end()

    assert [one for one in ended.told if "not_sent" in one]
    assert ended.told[-1] == {
        "error": "3 codes were refused; go on to try another",
        "type": "SigningError",
    }
    assert ended.err == "error: 3 codes were refused; go on to try another\n"
    assert ended.code == 1


@pytest.mark.parametrize(
    ("person", "words"),
    [(PERSON, "ONESHOT_TOKEN is not set"), (PERSON[2:], "give --given-name")],
)
async def test_missing_answer_names_what_would_tell_it(start, pdf, person, words):
    """Where nobody can be asked, the error says what to set or to give."""
    arguments = ("sign", "http://127.0.0.1:1", *DOCUMENT, *person)
    command = await start(
        *(*arguments, "--profile", "any", "--registration-authority", "1"),
        ONESHOT_ENV="sandbox",
    )
    command.process.stdin.write_eof()
    ended = await command.end()

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith(f"{words}\n")
    assert ended.err.count("\n") == 1


async def test_sign_without_an_optimizer_is_one_line_of_error(run, pdf):
    """An Optimizer that is not there is told in a line, and no state is kept."""
    url = f"http://127.0.0.1:{free_port()}"
    env = {
        "ONESHOT_TOKEN": "planted-token",
        "ONESHOT_BILLING_USERNAME": "",
        "ONESHOT_ENV": "sandbox",
        "ONESHOT_PROFILE": "profile",
        "ONESHOT_REGISTRATION_AUTHORITY": "1000",
    }

    ended = await run("sign", url, *DOCUMENT, *PERSON, "--json", **env)

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert ended.err.startswith("error: POST /create: Cannot connect")
    assert "planted-token" not in ended.out + ended.err
    assert all("state" not in fields for fields in ended.told)
    assert ended.told[-1]["type"] == "ConnectError"
    assert f"error: {ended.told[-1]['error']}\n" == ended.err
