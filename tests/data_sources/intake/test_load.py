"""A filled template becomes data that replaces the former submission; wrong rows are named, numbers never shown."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from data_sources import audit, cli, cubes, engine, looking, policy, quality, settings
from data_sources.intake import acceptance, people, preview, reading
from data_sources.intake.preview import Asked
from data_sources.policy import EVERYBODY, Grant, NotPermitted, Reader
from tests.data_sources import samples


def _numbers() -> list[str]:
    body = [f"3301061990030{n:04d}" for n in range(7000, 7100)]
    weighed = [sum(int(d) * w for d, w in zip(b, people.WEIGHTS, strict=True)) % 11 for b in body]
    return [b + people.LAST[w] for b, w in zip(body, weighed, strict=True)]


NUMBERS = _numbers()


@pytest.fixture
def url(fresh_sqlite: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TALENT_PERSON_KEY", "k" * 40)
    settings.settings.cache_clear()
    yield samples.migrated(fresh_sqlite)
    settings.settings.cache_clear()


def _csv(folder: Path, *rows: str, encoding: str = "utf-8") -> str:
    file = folder / "file.csv"
    head = "姓名,行政区划代码,身份证号,职业,产业集群,培训方式,是否线上,开班日期,结业日期,是否合格"
    file.write_bytes("\n".join(("余杭区培训台账", head, *rows, "合计,,,,,,,,,")).encode(encoding))
    return str(file)


def _row(number: str, **given: str) -> str:
    cells = {"name": "张三", "place": "余杭区", "id": number, "occupation": "2-02-38-01", "cluster": "人工智能",
             "mode": "项目制", "online": "是", "started": "2026/10/8", "ended": "2026年10月31日", "passed": "合格"}  # fmt: skip
    return ",".join((cells | given).values())


def _load(url: str, file: str, *more: str) -> int:
    return cli.main(
        ["load", file, "--table", "training", "--period", "2026-10", "--place", "330110", "--db", url, *more]
    )


def _trained(url: str) -> int:
    frame = cubes.build(url).frames["training"]
    return int(frame.filter(place_code="330110", month="2026-10")["person_times"].sum())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_file_of_any_encoding_is_loaded_and_counts(url: str, tmp_path: Path, encoding: str) -> None:
    assert _load(url, _csv(tmp_path, *map(_row, NUMBERS[:3]), encoding=encoding)) == cli.OK
    assert _trained(url) == 3


@pytest.mark.parametrize(
    "written", ["2026-10-08", "2026/10/8", "2026.10.8", "20261008", "2026年10月8日", "46303", "２０２６-10-08"]
)
def test_a_date_is_understood_in_many_forms(url: str, tmp_path: Path, written: str) -> None:
    assert _load(url, _csv(tmp_path, _row(NUMBERS[0], started=written))) == cli.OK
    assert engine.frame(url, "SELECT started FROM training").item() == "2026-10-08"


def test_a_dry_run_writes_nothing(url: str, tmp_path: Path) -> None:
    assert _load(url, _csv(tmp_path, _row(NUMBERS[0])), "--dry-run") == cli.OK
    assert engine.frame(url, "SELECT count(*) AS n FROM submission").item() == 0


def test_a_new_file_replaces_the_former_one_and_the_same_file_is_recognised(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _load(url, _csv(tmp_path, *map(_row, NUMBERS[:3])))
    assert _load(url, _csv(tmp_path, *map(_row, NUMBERS[:5]))) == cli.OK
    assert "替换批次 1，数据版本 2，待审核" in capsys.readouterr().out
    assert _trained(url) == 5
    filed = engine.frame(url, "SELECT status, replaces, reviewed FROM submission ORDER BY id").rows()
    assert filed == [("replaced", None, 0), ("accepted", 1, 0)]
    assert engine.frame(url, "SELECT count(*) AS n FROM training").item() == 8
    assert _load(url, _csv(tmp_path, *map(_row, NUMBERS[:5]))) == cli.WRONG
    assert "同一文件已经接收过（批次 2）" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"place": "330103"}, "不在报送地区余杭区之内"),
        ({"place": "余杭曲"}, "没有这个地区"),
        ({"occupation": "9-9"}, "不是职业代码的代码或名称"),
        ({"cluster": "人工智"}, "应为：人工智能"),
        ({"online": "也许"}, "应是“是”或“否”"),
        ({"started": "2026-13-01"}, "不是日期"),
        ({"started": "2026.10"}, "只有年月，按当月1日计"),
        ({"started": "2026.1"}, "分不清是1月还是10月"),
        ({"occupation": "330106199003071232"}, "像身份证件号码，不能填在这一列"),
        ({"started": "2026-11-01"}, "“开始日期”、“结束日期”应依次不减"),
        ({"ended": "2026-11-30"}, "“结束日期”应在报送时期之内"),
        ({"mode": ""}, "必填，不能为空"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_and_nothing_is_written(
    url: str, tmp_path: Path, given: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _load(url, _csv(tmp_path, _row(NUMBERS[0]), _row(NUMBERS[1], **given))) == cli.WRONG
    out = capsys.readouterr().out
    assert said in out
    assert "第 4 行" in out
    assert "第 3 行" not in out
    assert engine.frame(url, "SELECT count(*) AS n FROM training").item() == 0
    kept = engine.frame(url, "SELECT status, data_version, row_count FROM submission").rows()
    assert kept == ([] if "提醒" in out else [("returned", None, 0)])


def test_a_file_that_cannot_even_be_read_is_recorded_once_and_counts_as_a_refusal(url: str, tmp_path: Path) -> None:
    file = tmp_path / f"{NUMBERS[0]}.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/vbaProject.bin", "")
    assert _load(url, str(file), "--dry-run") == cli.WRONG
    assert engine.frame(url, "SELECT count(*) AS n FROM submission").item() == 0
    assert [_load(url, str(file)), _load(url, str(file))] == [cli.WRONG, cli.WRONG]
    why = "文件“（不显示）”含有宏，已拒收。请另存为不含宏的 .xlsx 后重新报送。"
    kept = engine.frame(url, "SELECT status, month, file_name, reason FROM submission").rows()
    assert kept == [("returned", "2026-10", "（不显示）", why)]
    with looking.by(policy.OPERATOR):
        cells = quality.cells(url, ["2026-10"], dt.date(2026, 11, 1)).filter(files=1)
    assert cells.select("table_name", "place_code", "refused", "problems").rows() == [("training", "330110", 1, 1)]
    (told,) = engine.frame(url, "SELECT detail FROM audit WHERE action = 'submission'")["detail"]
    assert {key: json.loads(told)[key] for key in ("结果", "批次", "原因")} == {
        "结果": "退回",
        "批次": [1],
        "原因": why,
    }


def test_identity_numbers_and_names_are_neither_stored_nor_shown(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = NUMBERS[0][:17] + ("1" if NUMBERS[0][17] != "1" else "2")
    assert _load(url, _csv(tmp_path, _row(NUMBERS[1]), _row(bad), _row(NUMBERS[2]), _row(NUMBERS[2]))) == cli.WRONG
    assert _load(url, _csv(tmp_path, *map(_row, NUMBERS[:4]))) == cli.OK
    said = capsys.readouterr()
    stored = b"".join(p.read_bytes() for p in tmp_path.rglob("talent.db*"))
    for secret in (*NUMBERS[:4], bad, "张三"):
        assert secret not in said.out + said.err
        assert secret.encode() not in stored


def test_without_a_key_persons_are_not_loaded(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TALENT_PERSON_KEY")
    settings.settings.cache_clear()
    assert _load(url, _csv(tmp_path, _row(NUMBERS[0]))) == cli.WRONG
    assert "openssl rand -hex 32" in capsys.readouterr().err


def test_a_filled_template_loads_with_no_mapping(url: str, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    assert cli.main(["template", "training", str(file)]) == cli.OK
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    book.active.append(
        ["330110", None, NUMBERS[0], None, "2-02-38-01", "C06", "项目制", "是", "2026-10-08", "2026-10-31", "否"]
    )
    book.save(file)
    assert _load(url, str(file)) == cli.OK
    stored = engine.frame(url, "SELECT person_key, mode, ended, passed FROM training", {"ended": pl.String})
    assert stored.rows() == [(people.keyed(pl.Series([NUMBERS[0]]))[0], "project", "2026-10-31", 0)]


def test_only_a_submitter_of_the_place_files_and_that_is_on_record(url: str, tmp_path: Path) -> None:
    content = Path(_csv(tmp_path, *map(_row, NUMBERS[:2]))).read_bytes()
    upload, asked = reading.upload("file.csv", content), Asked("training", "2026-10", "330110")
    seen = preview.examined(url, upload, asked, lambda *_: None)

    def filed_by(reader: Reader) -> None:
        with looking.by(reader):
            acceptance.accept(url, upload, asked, seen, department="余杭区人社局", tell=lambda *_: None)

    elsewhere = Reader("cixi", "慈溪", frozenset({Grant("submitter", "330282")}))
    looks = Reader("looks", "只看", frozenset({Grant("county", "330110")}))
    for refused in (elsewhere, looks, EVERYBODY):
        with pytest.raises(NotPermitted):
            filed_by(refused)
    assert _trained(url) == 0
    filed_by(Reader("zhang", "张", frozenset({Grant("submitter", "330110")})))
    assert _trained(url) == 2
    with looking.by(policy.OPERATOR):
        recorded = audit.entries(url, audit.Wanted(action="submission"))
    assert recorded.select("actor", "place_code").rows() == [("zhang", "330110")]
