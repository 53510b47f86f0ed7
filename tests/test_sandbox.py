"""The contract tests on an Optimizer that is not theirs: what they may do, and do."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from oneshot_async.simulator import Simulator, VideoIdRules
from oneshot_async.simulator.app import (
    documents,
    images,
    requests,
    settings,
    tokens,
    videoid,
)

ROOT = Path(__file__).parent.parent
GUARD = 50
EVERYTHING = {
    (route.method, re.sub(r":[^}]+", "", route.path))
    for tag in (documents, images, requests, settings, tokens, videoid)
    for route in tag.ROUTES
}
DESTROYING = {("DELETE", "/images"), ("POST", "/settings")}
FREE = {
    ("DELETE", "/image/{uid}"),
    ("DELETE", "/request/{pk}"),
    ("DELETE", "/token/{uid}"),
    ("GET", "/contract/{pk}"),
    ("GET", "/document/{pk}/{uid}"),
    ("GET", "/hello"),
    ("GET", "/image/{uid}"),
    ("GET", "/images"),
    ("GET", "/request/{pk}"),
    ("GET", "/settings"),
    ("GET", "/token/{uid}"),
    ("GET", "/tokens"),
    ("GET", "/version"),
    ("POST", "/image"),
    ("POST", "/token"),
}
WAIT_FOR_CODE = (
    "until [ -s $CODES/$REQUEST_PK ]; do sleep 0.05; done; cat $CODES/$REQUEST_PK"
)


@pytest.fixture
async def optimizer():
    """A simulator that knows nothing of the tests which run on it."""
    async with Simulator(videoid=VideoIdRules(external=True)) as running:
        yield running


@pytest.fixture
def environment(optimizer):
    """What names the Optimizer, and none of the developer's own variables."""
    mine = {name: text for name, text in os.environ.items() if "ONESHOT" not in name}
    return {
        **mine,
        "ONESHOT_SANDBOX_URL": optimizer.url,
        "ONESHOT_USERNAME": optimizer.rao_username,
        "ONESHOT_PASSWORD": optimizer.rao_password,
        "ONESHOT_PIN": optimizer.rao_pin,
        "ONESHOT_TOKEN": optimizer.token,
        "ONESHOT_BILLING_USERNAME": optimizer.billing_username,
        "ONESHOT_BILLING_PASSWORD": optimizer.billing_password,
        "ONESHOT_REGISTRATION_AUTHORITY": "3",
    }


async def run_contract_tests(env):
    """Run them in a process of their own; return its exit code and what it printed."""
    options = ("-q", "-p", "no:cacheprovider", "tests/contract")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", *options),
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(GUARD):
        printed, _ = await process.communicate()
    return process.returncode, printed.decode()


async def deliver_codes(optimizer, folder):
    """Put each code into a file that is named after its request."""
    number = 0
    while True:
        sms = await optimizer.sms.wait(lambda _: True, skip=number)
        number += 1
        for pk, record in optimizer.requests.items():
            if record.code and record.code.digits == sms.code:
                (folder / str(pk)).write_text(sms.code)


async def test_nothing_is_spent_unasked(optimizer, environment):
    """Without the second switch no request is created and no message sent."""
    code, printed = await run_contract_tests(environment)

    assert code == 0, printed
    assert set(optimizer.calls) == FREE
    assert (dict(optimizer.requests), len(optimizer.sms)) == ({}, 0)


async def test_everything_is_tried_that_destroys_nothing(
    optimizer, environment, tmp_path
):
    """With it each operation is called, and what can be deleted is in the end."""
    allowed = {
        "ONESHOT_SANDBOX_SPEND": "1",
        "ONESHOT_SANDBOX_PHONE": "+34600000000",
        "ONESHOT_SANDBOX_EMAIL": "someone@example.com",
        "ONESHOT_SANDBOX_OTP_COMMAND": WAIT_FOR_CODE,
        "CODES": str(tmp_path),
    }
    delivering = asyncio.create_task(deliver_codes(optimizer, tmp_path))
    code, printed = await run_contract_tests(environment | allowed)
    delivering.cancel()

    assert code == 0, printed
    assert set(optimizer.calls) == EVERYTHING - DESTROYING
    left = optimizer.requests.values()
    assert {record.status for record in left} == {"CANCELLED", "ISSUED"}
    assert [record.documents for record in left if record.documents] == []


async def test_what_is_missing_is_named(environment):
    """Without a registration authority nothing is tried, and it is asked for."""
    del environment["ONESHOT_REGISTRATION_AUTHORITY"]

    code, printed = await run_contract_tests(environment)

    assert code == 4
    assert "but not ONESHOT_REGISTRATION_AUTHORITY" in printed
