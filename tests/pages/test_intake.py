"""数据报送: a file is understood or refused with its rows, accepted, and taken through its steps; quality is the measures'."""

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data_sources import cubes, engine, submissions
from data_sources import quality as lineage
from data_sources.cubes import Cubes
from data_sources.policy import Grant
from geo import places
from indicators import quality, spans
from tests.data_sources import samples
from tests.data_sources.intake.test_load import NUMBERS
from tests.pages import reading
from tests.pages.conftest import Opened, registered, signed_in

HEAD = "行政区划代码,身份证号,职业,产业集群,培训方式,是否线上,开班日期,结业日期,是否合格"
KEY = "k" * 40


def row(number: str, place: str = "余杭区", started: str = "2026-10-08") -> str:
    return f"{place},{number},2-02-38-01,人工智能,项目制,是,{started},2026-10-31,合格"


def csv(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode("gbk")


@pytest.fixture
def url(fresh_sqlite: str) -> str:
    """余杭区's training of September 2026, official and reviewed."""
    samples.migrated(fresh_sqlite)
    filed = samples.submission(provenance="official", month="2026-09")
    rows = [samples.training(row_number=n, month="2026-09") for n in (1, 2)]
    facts = {"training": samples.frame("training", *rows)}
    submissions.write(fresh_sqlite, samples.frame("submission", filed), facts)
    return fresh_sqlite


@pytest.fixture
def filing(opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """The page over that database, for 余杭区's training of October unless asked otherwise."""
    monkeypatch.setenv("TALENT_PERSON_KEY", KEY)
    return lambda **asked: opened("intake", db=url, **{"place": "330110", "filed_period": "2026-10"} | asked)


def upload(app: AppTest, content: bytes, name: str = "十月.csv") -> AppTest:
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    return app


def states(url: str) -> list[tuple[int, str]]:
    return engine.frame(url, "SELECT id, status FROM submission ORDER BY id").rows()


def test_the_page_asks_for_a_place_first(filing: Callable[..., AppTest]) -> None:
    app = filing(place="330000")
    assert "请选择报送地区" in app.info[0].value
    assert not app.file_uploader


def test_without_a_key_a_table_of_persons_says_what_to_do(opened: Opened, url: str) -> None:
    app = opened("intake", db=url, place="330110")
    assert "请联系运维人员。装载人员数据前须设置环境变量 TALENT_PERSON_KEY" in app.warning[0].value
    assert not app.file_uploader
    vacancies = reading.whole(opened("intake", db=url, place="330110", filed_table="vacancy"))
    assert len(vacancies.file_uploader) == 1


def test_table_and_period_are_chosen_and_stand_in_the_url(filing: Callable[..., AppTest]) -> None:
    app = reading.whole(filing())
    app.selectbox(key="w_option-filed_table").set_value("budget").run()
    assert app.query_params["filed_table"] == "budget"
    assert app.selectbox(key="w_filed-period-year").value == str(dt.date.today().year)
    app.selectbox(key="w_filed-period-year").set_value("2025").run()
    assert reading.whole(app).query_params["filed_period"] == "2025"
    app.selectbox(key="w_option-filed_table").set_value("base").run()
    assert "不分时期，整表报送" in [t.value for t in reading.whole(app).text_input]
    assert app.selectbox(key="filing-system").options[0] == "表头已写明"


def test_wrong_rows_are_named_and_the_file_is_on_record_once(filing: Callable[..., AppTest], url: str) -> None:
    bad = csv(row(NUMBERS[0], "余杭曲"), row(NUMBERS[1]), row(NUMBERS[2], started="2026-13-01"))
    app = upload(filing(), bad)
    assert [e.value for e in app.error] == [
        "共 3 行，2 处错误，0 处提醒。改正后重新上传；有错误的文件不会写入任何数据，记作一次退回。"
    ]
    kinds = next(d.value for d in app.dataframe if "错误" in d.value.columns)
    assert dict(zip(kinds["错误"], kinds["处"], strict=True)) == {
        "“地区代码”没有这个地区": 1,
        "“开始日期”不是日期": 1,
    }
    listed = [d.value.iloc[0].to_list() for d in app.dataframe if "位置" in d.value.columns]
    assert ["第 2 行", "余杭曲"] in [cells[:2] for cells in listed]
    assert ["第 4 行", "2026-13-01"] in [cells[:2] for cells in listed]
    assert any("余杭区" in cells[2] for cells in listed)
    assert not [b for b in app.button if b.key == "filing-accept"]
    upload(filing(), bad)
    assert states(url) == [(1, "accepted"), (2, "returned")]
    kept = engine.frame(url, "SELECT row_number, column_name, value FROM rejection ORDER BY sequence").rows()
    assert sorted(kept) == [(2, "地区代码", "余杭曲"), (4, "开始日期", "2026-13-01")]
    assert submissions.data_version(url) == 1
    assert not any(number in str(kept) for number in NUMBERS)


def test_an_unreadable_file_says_why(filing: Callable[..., AppTest], url: str) -> None:
    app = upload(filing(), b"\x00\x01\x02")
    assert "NUL" in app.error[0].value
    assert app.error[0].value.endswith("已记作一次退回。")
    assert states(url) == [(1, "accepted"), (2, "returned")]
    again = upload(app, b"\x00\x01\x02", "另一个名字.csv")
    assert "NUL" in again.error[0].value
    assert states(url) == [(1, "accepted"), (2, "returned")]


def test_a_good_file_is_previewed_then_accepted_and_counts(filing: Callable[..., AppTest], url: str) -> None:
    app = reading.whole(upload(filing(), csv(*map(row, NUMBERS[:3]))))
    assert app.success[0].value == "共 3 行，0 处错误，0 处提醒。可以报送。"
    sums = next(d.value for d in app.dataframe if "行数·本文件" in d.value.columns)
    assert sums[["地区", "行数·本文件", "行数·上期"]].iloc[0].to_list() == ["余杭区", 3, 2]
    assert sums[["行数·将被替换", "行数·增减"]].isna().all(axis=None)
    columns = next(d.value for d in app.dataframe if "作为" in d.value.columns)
    assert columns["作为"].to_list()[:3] == ["地区代码", "身份证件号码", "职业代码"]
    named = app.text_input(key="signed-in-报送人")
    assert (named.value, named.disabled) == ("名为everyone", True)
    app.button(key="filing-accept").click().run()
    assert "已接收 3 行，批次 2，数据版本 v2" in reading.whole(app).success[0].value
    assert states(url) == [(1, "accepted"), (2, "accepted")]
    filed = engine.frame(url, "SELECT department, submitted_by, file_name, reviewed FROM submission WHERE id = 2").row(
        0
    )
    assert filed == ("余杭区人力资源和社会保障局", "everyone", "十月.csv", 0)  # the account that filed
    trained = cubes.build(url).frames["training"].filter(place_code="330110", month="2026-10")
    assert trained["person_times"].sum() == 3


def test_a_warning_asks_for_a_tick_and_a_reason(filing: Callable[..., AppTest], url: str) -> None:
    app = reading.whole(upload(filing(), csv(*map(row, NUMBERS[:40]))))
    assert "40 行，0 处错误，1 处提醒" in app.info[0].value
    assert app.button(key="filing-accept").disabled
    app.text_input(key="filing-reason").set_value("集中结业").run()
    assert app.button(key="filing-accept").disabled
    app.checkbox(key="filing-ticked").check().run()
    app.button(key="filing-accept").click().run()
    assert "已接收 40 行" in reading.whole(app).success[0].value
    assert engine.frame(url, "SELECT reason FROM submission WHERE id = 2").item() == "集中结业"


def test_another_month_examines_the_same_file_anew(filing: Callable[..., AppTest]) -> None:
    app = reading.whole(upload(filing(), csv(row(NUMBERS[0]))))
    app.selectbox(key="w_filed-period-month").set_value("2026-09").run()
    assert "1 处错误" in app.error[0].value
    kinds = next(d.value for d in app.dataframe if "错误" in d.value.columns)
    assert kinds["错误"][0] == "“结束日期”应在报送时期之内"


# --- the list and its steps ------------------------------------------------------------------------------------------


def step(app: AppTest, name: str, ids: list[int], *, reason: str = "") -> AppTest:
    app.multiselect(key="step-ids-0").set_value(ids).run()
    next(g for g in app.get("button_group") if g.key == "step").set_value(name).run()  # type: ignore[attr-defined]
    if reason:
        app.text_input(key="step-reason").set_value(reason).run()
    assert app.button(key="step-go").disabled
    app.checkbox(key=f"step-sure-{name}-{len(ids)}").check().run()
    return app.button(key="step-go").click().run()


@pytest.fixture
def waiting(filing: Callable[..., AppTest], url: str) -> Callable[..., AppTest]:
    """The list, with another submission that awaits review."""
    filed = samples.submission(id=2, provenance="official", reviewed=False, row_count=0, table_name="vacancy")
    submissions.write(url, samples.frame("submission", filed), {})
    return lambda **asked: filing(filing="submissions", **asked)


def test_the_list_is_of_the_place_and_state_asked_for(waiting: Callable[..., AppTest]) -> None:
    table = reading.table(reading.whole(waiting()), "row_count")
    assert table.select("id", "table", "standing").rows() == [(2, "岗位需求", "已接收，待审核"), (1, "培训", "已接收")]
    assert reading.table(waiting(listed="unreviewed"), "row_count")["id"].to_list() == [2]
    assert reading.table(waiting(place="330100"), "row_count").height == 2
    app = reading.whole(waiting(listed_page="2"))
    assert [i.value for i in app.info] == ["没有符合条件的报送批次。"]
    app.button_group(key="w_option-listed").set_value("unreviewed").run()
    assert reading.table(app, "row_count")["id"].to_list() == [2]
    assert "listed_page" not in app.query_params
    assert "没有符合条件" in waiting(place="330200").info[0].value
    app = waiting()
    app.selectbox(key="w_option-listed_table").set_value("training").run()
    assert reading.table(app, "row_count")["id"].to_list() == [1]


def test_each_step_is_confirmed_and_taken(waiting: Callable[..., AppTest], url: str) -> None:
    app = step(waiting(), "approve", [2])
    assert "批次 2 已审核通过，数据版本 v3" in reading.whole(app).success[0].value
    assert engine.frame(url, "SELECT reviewed, reviewed_by FROM submission WHERE id = 2").row(0) == (1, "名为everyone")
    step(waiting(), "withdraw", [1, 2], reason="重复报送")
    assert states(url) == [(1, "withdrawn"), (2, "withdrawn")]
    step(waiting(), "restore", [1])
    assert states(url) == [(1, "accepted"), (2, "withdrawn")]
    step(waiting(), "return", [1], reason="与台账不符")
    assert states(url) == [(1, "returned"), (2, "withdrawn")]


def test_an_impossible_step_says_why_and_changes_nothing(waiting: Callable[..., AppTest], url: str) -> None:
    county = [Grant(role, "330110") for role in ("county", "submitter", "approver")]
    app = step(waiting(claims=signed_in(registered(url, "yuhang", *county))), "approve", [2])
    assert app.selectbox(key="step-as").options == ["余杭区"]
    assert "应由杭州市或浙江省审核" in app.error[0].value
    assert submissions.data_version(url) == 2


def test_whoever_was_granted_no_step_is_offered_none(waiting: Callable[..., AppTest], url: str) -> None:
    app = waiting(claims=signed_in(registered(url, "looker", Grant("county", "330110"))))
    assert "您没有办理余杭区批次的权限" in app.info[0].value
    assert not [m for m in app.multiselect if m.key == "step-ids-0"]


def test_whoever_may_not_file_is_told_before_a_file_is_chosen(filing: Callable[..., AppTest], url: str) -> None:
    app = filing(claims=signed_in(registered(url, "looker", Grant("county", "330110"))))
    assert [info.value for info in app.info] == ["您没有为余杭区报送的权限。需要时请联系管理员。"]
    assert not app.file_uploader


def test_where_nobody_signs_in_a_file_is_looked_at_and_nothing_is_filed(
    opened: Opened, fresh_sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALENT_PERSON_KEY", KEY)
    samples.migrated(fresh_sqlite)
    submissions.write(fresh_sqlite, samples.frame("submission", samples.submission(row_count=0)), {})
    app = upload(opened("intake", db=fresh_sqlite, place="330110", filed_period="2026-10"), csv(row(NUMBERS[0])))
    assert "没有设置登录方式，不能在页面上报送真实数据" in app.info[0].value
    assert not [b for b in app.button if b.key == "filing-accept"]


# --- quality ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["prefecture", "all"])
def test_quality_is_what_the_measures_say(opened: Opened, demo_url: str, demo_cubes: Cubes, level: str) -> None:
    app = reading.whole(opened("intake", filing="quality", level=level, over="since_2023"))
    cells = lineage.cells(demo_url, spans.months(demo_cubes, "since_2023", "2026-10"), dt.date.today())
    drawn = tuple(p.code for p in (places.prefectures() if level == "prefecture" else places.counties()))
    wanted = quality.summed(cells, drawn)
    shown = next(pl.from_pandas(d.value) for d in app.dataframe if "expected" in d.value.columns)
    assert shown["expected"].to_list() == wanted["expected"].to_list()
    assert shown["filed"].to_list() == wanted["filed"].to_list()
    owing = quality.owing(cells, ("330000",))
    assert any(f"{owing.height:,} 张表逾期未报或待改正" in title for title in reading.titles(app))


@pytest.mark.parametrize(
    ("option", "value", "part"),
    [("quality", "timeliness", "及时率"), ("quality", "refusal", "退回率"), ("quality", "problems", "待改正问题")],
)
def test_each_aspect_has_its_matrix_and_map(opened: Opened, option: str, value: str, part: str) -> None:
    before = reading.whole(opened("intake", filing="quality"))
    after = reading.whole(opened("intake", filing="quality", **{option: value}))
    assert any(part in title for title in reading.titles(after))
    assert reading.titles(before)[0] != reading.titles(after)[0]
    nobody_owes = any("没有逾期未报" in title for title in reading.titles(before))
    assert nobody_owes == ("没有可列出的内容。" in [caption.value for caption in before.caption])


def test_the_matrix_is_by_table_or_by_month(opened: Opened) -> None:
    def columns(across: str) -> list[str]:
        app = reading.whole(opened("intake", filing="quality", across=across, over="year_to_date"))
        chart = next(c for c in app.get("plotly_chart") if c.key == "chart-报送矩阵")
        import json

        return list(json.loads(chart.proto.spec or chart.proto.figure.spec)["data"][0]["x"])

    assert columns("table_name") == ["培训", "证书", "就业", "岗位需求", "补贴发放"]
    assert columns("month") == [f"2026-{m:02d}" for m in range(1, 11)]


def test_a_read_only_database_takes_no_file_and_no_step(
    waiting: Callable[..., AppTest], filing: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_sources.foreign.writable", lambda url: False)
    app = filing()
    assert "数据库是只读的" in app.info[0].value
    assert not app.file_uploader
    listed = reading.whole(waiting())
    assert reading.table(listed, "row_count").height == 2
    assert not listed.multiselect
