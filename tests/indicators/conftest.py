"""What a command of the indicators prints about the demonstration database."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from indicators import cli, command_line

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def rows(demo_url: str, capsys: pytest.CaptureFixture[str]) -> Rows:
    """What a command printed as JSON."""

    def printed(*arguments: str) -> list[dict[str, Any]]:
        assert cli.main([*arguments, "--db", demo_url, "--format", "json"]) == command_line.OK
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
        return found

    return printed
