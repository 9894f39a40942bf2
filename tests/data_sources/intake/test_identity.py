"""Planted identity numbers and names are found nowhere afterwards: database, logs, caches, errors, lists, remarks."""

import logging
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from data_sources import cli, cubes, settings
from data_sources.intake import numbers
from tests.data_sources.intake import filed

PLANTED = [filed.number(n) for n in range(500, 512)]
NAME = "欧阳某某某"
HEAD = "姓名,地区,身份证号,职业,集群,培训方式,线上,开始日期,结束日期,合格,备注"


def _row(number: str, **given: str) -> str:
    cells = {"name": NAME, "place": "余杭区", "id": number, "occupation": "4-04-05-01", "cluster": "人工智能",
             "mode": "项目制", "online": "是", "started": "2026-10-8", "ended": "2026-10-31", "passed": "是", "note": ""}  # fmt: skip
    return ",".join((cells | given).values())


def _everything(folder: Path) -> bytes:
    """Every byte below a folder, but for the sender's own files; of a marked copy all but the sender's own cells."""
    found = []
    for file in folder.rglob("*"):
        if file.is_file() and not file.name.startswith("sent"):
            remarks = "".join(_remarks(file)) if file.suffix == ".xlsx" else ""
            found.append(file.name.encode() + remarks.encode() + file.read_bytes())
    return b"".join(found)


def _remarks(file: Path) -> Iterator[str]:
    for at, sheet in enumerate(openpyxl.load_workbook(file).worksheets):
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            yield cell.comment.text if cell.comment else ""
            yield str(cell.value) if at else ""


@pytest.mark.usefixtures("keyed")
def test_no_number_and_no_name_is_left_anywhere(
    coded: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("TALENT_VAR", str(tmp_path / "var"))
    settings.settings.cache_clear()
    wrong = PLANTED[0][:17] + ("3" if PLANTED[0][17] != "3" else "4")
    spaced = f"{PLANTED[1][:6]} {PLANTED[1][6:14]} {PLANTED[1][14:]}"
    bad = (
        _row(wrong),
        _row(spaced, occupation=PLANTED[2]),
        _row(PLANTED[3], cluster=spaced),
        _row(PLANTED[4], online=f"号码{PLANTED[4]}", started=PLANTED[5]),
        _row(PLANTED[6][:15], ended=PLANTED[6][:6] + PLANTED[6][8:17]),
        _row(PLANTED[7]),
        _row(PLANTED[7], place=PLANTED[8]),
    )
    files = {"sent错误.csv": (HEAD, *bad), "sent正确.csv": (HEAD, *map(_row, PLANTED))}
    files[f"sent{PLANTED[9]}{NAME}.csv"] = (HEAD.replace("备注", PLANTED[10]), *map(_row, PLANTED))
    files["sent缺列.csv"] = (PLANTED[0], PLANTED[1])
    for name, lines in files.items():
        (tmp_path / name).write_bytes(filed.csv(*lines))
        for marked in ("标注.xlsx", "清单.csv"):
            cli.main(
                ["load", str(tmp_path / name), "--table", "training", "--period", "2026-10", "--place", "330110",
                 "--db", coded, "--marked", str(tmp_path / f"{len(name)}{marked}")]
            )  # fmt: skip
    cubes.load(coded, tmp_path / "var" / "cubes")
    said = capsys.readouterr()
    assert filed.stored(coded, "training").height == len(PLANTED)
    for trace in (said.out, said.err, caplog.text):
        _clean(trace.encode())
    left = _everything(tmp_path)
    assert left.count("像身份证件号码".encode()) >= 8, "the remarks were looked at"
    _clean(left)


def _clean(found: bytes) -> None:
    for secret in (
        *PLANTED,
        *(number[:17] for number in PLANTED),
        *(number[6:14] + number[14:17] for number in PLANTED),
    ):
        assert secret.encode() not in found
    assert NAME.encode() not in found


@pytest.mark.parametrize(
    "text",
    [
        "330106199003071232",
        "33010619900307 1232",
        "号330106199003071232。",
        "330106900307123",
        "３３０１０６１９９００３０７１２３２",
    ],
)
def test_what_may_be_a_number_is_hidden(text: str) -> None:
    assert numbers.masked(text) == numbers.HIDDEN


@pytest.mark.parametrize("text", ["91330108DEM003012C", "余杭区", "2026-10-31", "12345678901", "3500.00"])
def test_what_is_none_is_shown(text: str) -> None:
    assert numbers.masked(text) == text
