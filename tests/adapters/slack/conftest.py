"""What the tests of Slack work with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.desk import Desk
from tests.fakes.slack import FakeSlack, fake_slack


@pytest.fixture
async def server() -> AsyncIterator[FakeSlack]:
    async with fake_slack() as running:
        yield running


@pytest.fixture
def desk() -> Desk:
    return Desk()
