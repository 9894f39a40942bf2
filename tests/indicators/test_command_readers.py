"""Every command that prints data prints no more than the reader named in --reader may see."""

import argparse
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from briefings import cli as briefings_cli
from data_sources import cli as data_cli
from data_sources import queries, readers
from data_sources.policy import OPERATOR, Grant
from indicators import cli
from tests.pages.test_access import CIXI, YUHANG
from tests.pages.test_access import registered_url as registered_url  # a fixture

ROWLESS = {"list", "migrate", "demo", "check", "load", "template", "approve", "return", "withdraw", "restore", "readers",
           "audit", "secure", "copy", "distribute", "rekey", "version"}  # fmt: skip
"""Commands that print nothing of single rows but what was given to them, and those of whoever has the database itself."""


def commands(parser: argparse.ArgumentParser, *path: str) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command, and every command of a command, by name."""
    nested = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    for action in nested:
        for name, inside in action.choices.items():
            yield from commands(inside, *path, name)
    if not nested:
        yield path, parser


OF_INDICATORS = [path for path, _ in commands(cli._parser()) if path != ("list",)]
NEEDED = {"key": "training_person_times", "clusters": "C06", "--pool": "100"}


def asked_of(path: tuple[str, ...]) -> Iterator[list[str]]:
    """What a command can be asked for of 慈溪市: once for each part that it has."""
    given, parts = list(path), [""]
    for action in dict(commands(cli._parser()))[path]._actions:
        if not action.option_strings and action.choices:
            parts = [str(choice) for choice in action.choices]
        elif not action.option_strings or action.required:
            name = [*action.option_strings, action.dest][0]
            given += [*action.option_strings[:1], NEEDED[name]]
        elif "--place" in action.option_strings:
            given += ["--place", CIXI]
        elif "--level" in action.option_strings:
            given += ["--level", "county"]
    for part in parts:
        yield [given[0], *([part] if part else []), *given[1:]]


ASKED = [given for path in OF_INDICATORS for given in asked_of(path)]


@pytest.fixture(scope="module")
def foreign(registered_url: str) -> list[str]:
    """Codes and names of organisations that 余杭区 must not see."""
    t = queries.table("organisation")
    rows = queries.rows(registered_url, select(t.c.organisation_code, t.c.name, t.c.place_code))
    own = {text for r in rows if r["place_code"] == YUHANG for text in (r["organisation_code"], r["name"])}
    return [text for r in rows for text in (r["organisation_code"], r["name"]) if text not in own]


@pytest.mark.parametrize("program", [cli, briefings_cli, data_cli], ids=lambda program: program.__name__)
def test_every_command_that_prints_data_can_be_asked_for_a_reader(program: object) -> None:
    """A new command too, unless it is named among those that print none."""
    for path, parser in commands(program._parser()):  # type: ignore[attr-defined]
        able = any("--reader" in action.option_strings for action in parser._actions)
        assert able is (path[0] not in ROWLESS), path


@pytest.mark.parametrize("given", ASKED, ids=lambda given: "-".join(given[:2]))
def test_a_command_prints_no_foreign_row(
    given: list[str],
    registered_url: str,
    foreign: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = [*given, "--db", registered_url, "--format", "csv"]
    assert cli.main([*asked, "--reader", "stranger"]) == cli.USAGE
    assert capsys.readouterr().out == ""
    assert cli.main([*asked, "--reader", "yuhang"]) in (cli.OK, cli.WRONG, cli.USAGE)
    told = capsys.readouterr()
    assert "usage" not in told.err
    assert [mark for mark in foreign if mark in told.out] == []


def test_submissions_are_those_of_the_reader(registered_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["submissions", "--db", registered_url]
    assert data_cli.main([*asked, "--reader", "yuhang"]) == 0
    rows = capsys.readouterr().out.splitlines()[:-1]
    assert rows
    assert all("余杭区" in row for row in rows)
    assert data_cli.main([*asked, "--reader", "new"]) == data_cli.USAGE


def test_an_administrator_can_prove_what_a_reader_gets(registered_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    readers.add(registered_url, OPERATOR, "hangzhou", "杭州市人社局")
    readers.grant(registered_url, OPERATOR, "hangzhou", Grant("prefecture", "330100"))
    asked = ["value", "high_skilled_trained", "--level", "county", "--window", "month", "--db", registered_url]
    told = {}
    for reader in ([], ["--reader", "hangzhou"], ["--reader", "public"]):
        assert cli.main([*asked, "--format", "csv", *reader]) in (cli.OK, cli.WRONG)
        rows = [line.split(",") for line in capsys.readouterr().out.splitlines()[1:]]
        told["".join(reader)] = {row[0]: row[4] for row in rows}
    every, hangzhou, public = told.values()
    assert {k: v for k, v in hangzhou.items() if k[:4] == "3301"} == {k: v for k, v in every.items() if k[:4] == "3301"}
    assert {v for k, v in hangzhou.items() if k[:4] != "3301"} & {"1.0", "2.0", "3.0", "4.0"} == set()
    assert set(public.values()) & {"1.0", "2.0", "3.0", "4.0"} == set()
    assert set(every.values()) & {"1.0", "2.0", "3.0", "4.0"}
