"""A document holds no more than its reader may see, whatever place, kind and way it is made."""

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from briefings import cli, kinds, making
from briefings.facts import Facts
from briefings.kinds import KINDS
from briefings.making import Asked
from data_sources import cubes, looking, queries, readers
from data_sources.cubes import Cubes
from data_sources.policy import OPERATOR, PUBLIC, Grant, NotPermitted, Reader

CIXI, HANGZHOU, PROVINCE = "330282", "330100", "330000"
YUHANG = Reader("yuhang", "余杭区人社局", frozenset({Grant("county", "330110", exports=True)}))


def foreign(url: str) -> list[str]:
    """What stands for single rows that 余杭区 must not see."""
    t = queries.table("organisation")
    rows = queries.rows(url, select(t.c.organisation_code, t.c.name, t.c.place_code))
    own = {text for r in rows if r["place_code"] == "330110" for text in (r["organisation_code"], r["name"])}
    return [t for r in rows for t in (r["organisation_code"], r["name"]) if t not in own]


def unpacked(data: bytes) -> str:
    """All texts of an Office file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())


@pytest.fixture(scope="module")
def seen(demo_cubes: Cubes, demo_url: str) -> Facts:
    """The numbers that 余杭区 may see."""
    return kinds.facts(cubes.seen_by(demo_cubes, YUHANG, 5), url=demo_url)


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_document_holds_a_row_of_another_county(kind: str, demo_url: str, seen: Facts) -> None:
    month = seen.cubes.months[-1]
    marks = foreign(demo_url)
    with looking.by(YUHANG, taking=True):
        (place, *_) = [place for place in (CIXI, HANGZHOU, PROVINCE) if place in kinds.everywhere(kind)]
        for file in making.files(seen, Asked(kind, (place,), month, ("xlsx",))):
            assert file.data, file.note
            texts = unpacked(file.data)
            assert [mark for mark in marks if mark in texts] == []


def test_the_command_makes_what_the_reader_may_see_and_nothing_for_whoever_may_not(
    demo_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["make", "县域画像", "--place", CIXI, "--format", "xlsx", "--out", str(tmp_path), "--db", demo_url]
    assert cli.main([*arguments, "--reader", "stranger"]) == 2
    assert "没有登记" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert cli.main([*arguments, "--reader", "public"]) == 0
    (file,) = tmp_path.iterdir()
    assert "不足 5 人的数" in unpacked(file.read_bytes())


def test_nobody_can_be_registered_as_the_public(demo_url: str) -> None:
    with pytest.raises(readers.policy.WrongGrant, match="公开发布"):
        readers.add(demo_url, OPERATOR, "public", "某人")
    with looking.by(PUBLIC), pytest.raises(NotPermitted):
        looking.opened("subsidy", {CIXI})
