"""Files as they really come: headers, notes, sums, encodings, units, and every form of a date, level, place or code."""

import datetime as dt
import io
import zipfile
from typing import Any

import numpy as np
import pytest

from data_sources.intake import codes, declarations, marking, reading, values
from data_sources.intake.codes import Wrong
from data_sources.intake.reading import UnusableUpload
from data_sources.intake.values import Context
from geo import coordinates
from tests.data_sources.intake import filed

HERE = Context("元", "330110")
HEAD = "地区,集群,职业,需求数,最低月薪,最高月薪,是否紧缺"
ROW = "余杭区,人工智能,4-04-05-01,12,6000,9000,是"


def _read(table: str, column: str, text: str, context: Context = HERE) -> Any:
    return values.understood(declarations.layout(table).field(column), text, context)


@pytest.mark.parametrize(
    "text",
    ["45366", "2024-03-15", "2024/3/15", "20240315", "2024年3月15日", "2024.3.15", "２０２４-3-15", "2024-03-15 00:00:00",
     "2024-03-15T08:30:00", "2024 年 3 月 15 日", "45366.0"],
)  # fmt: skip
def test_a_date_has_many_forms(text: str) -> None:
    assert _read("training", "ended", text) == dt.date(2024, 3, 15)


@pytest.mark.parametrize(("text", "first", "last"), [("2024.3", 1, 31), ("2024-02", 1, 29), ("202404", 1, 30)])
def test_a_date_without_a_day_begins_or_ends_its_month(text: str, first: int, last: int) -> None:
    assert _read("training", "started", text).day == first
    assert _read("training", "ended", text).day == last


@pytest.mark.parametrize("text", ["2026-10", "2026/10", "2026.10", "202610", "2026年10月", "2026-10-31", "46303"])
def test_a_month_has_many_forms(text: str) -> None:
    assert _read("employment", "start_month", text) == "2026-10"


@pytest.mark.parametrize("text", ["是", "有", "Y", "yes", "TRUE", "1", "√", "对", "合格", "通过"])
def test_yes_has_ten_spellings(text: str) -> None:
    assert _read("training", "passed", text) is True


@pytest.mark.parametrize("text", ["否", "无", "N", "no", "FALSE", "0", "×", "错", "不合格", "未通过"])
def test_no_has_ten_spellings(text: str) -> None:
    assert _read("training", "passed", text) is False


@pytest.mark.parametrize(
    ("texts", "level"),
    [
        (("三级", "高级工", "三级/高级工", "3", "高级工（三级）", "三级（高级工）", "L4", "三级高级工", "3级"), "L4"),
        (("五级", "初级工", "5"), "L2"),
        (("二级/技师", "技师", "2"), "L5"),
        (("一级", "高级技师", "1", "一级/高级技师"), "L6"),
        (("特级技师",), "L7"),
        (("首席技师",), "L8"),
        (("学徒工",), "L1"),
        (("T2", "中级（T2）", "专业技术中级", "t2", "中级工程师"), "T2"),
    ],
)
def test_a_level_has_many_forms(texts: tuple[str, ...], level: str) -> None:
    assert {text: _read("certificate", "level", text) for text in texts} == dict.fromkeys(texts, level)


@pytest.mark.parametrize(
    ("text", "right"), [("高级", "高级工（三级）或高级（T3）"), ("三级/技师", "高级工、技师"), ("高级公", "高级工")]
)
def test_a_level_that_could_be_two_is_asked_about(text: str, right: str) -> None:
    with pytest.raises(Wrong) as refused:
        _read("certificate", "level", text)
    assert right in refused.value.right


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330110", "330110"),
        ("余杭区", "330110"),
        ("余杭", "330110"),
        ("杭州市余杭区", "330110"),
        ("浙江省杭州市余杭区", "330110"),
        ("330110 余杭区", "330110"),
        ("余杭区（330110）", "330110"),
        ("330110000000", "330110"),
        ("330110.0", "330110"),
        ("３３０１１０", "330110"),
        ("市本级", "330100"),
        ("杭州市本级", "330100"),
        ("杭州", "330100"),
        ("宁波前湾新区", "330200"),
        ("330103", "330105"),
        ("下城区", "330105"),
        ("临安市", "330112"),
    ],
)
def test_a_place_has_many_forms(text: str, code: str) -> None:
    assert _read("training", "place_code", text) == code


@pytest.mark.parametrize("text", ["330104", "江干区"])
def test_a_place_that_became_several_is_asked_about(text: str) -> None:
    with pytest.raises(Wrong, match="已分为几个地区") as refused:
        _read("training", "place_code", text)
    assert refused.value.right == "上城区（330102）、钱塘区（330114）"


@pytest.mark.parametrize(
    "text", ["2-02-38-01", "2-02-10-09", "人工智能工程技术人员", "2-02-38-01 人工智能工程技术人员", "2—02—38—01"]
)
def test_an_occupation_is_a_code_an_old_code_or_a_name(text: str) -> None:
    assert _read("training", "occupation_code", text) == "2-02-38-01"


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [("3,500.5", "元", 350050), ("１２３４", "元", 123400), ("0.35", "万元", 350000), ("1.2万元", "元", 1200000),
     ("￥3500元", "元", 350000), ("-12.30", "元", -1230), ("1 234 567.89", "元", 123456789), ("-0.05", "元", -5)],
)  # fmt: skip
def test_money_is_whole_fen_whatever_its_unit(text: str, unit: str, fen: int) -> None:
    assert _read("subsidy", "amount", text, Context(unit, "330110")) == fen


@pytest.mark.parametrize("text", ["3500.005", "三千", "1e5", "12,34"])
def test_money_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        _read("subsidy", "amount", text)


def test_an_origin_is_another_province_or_a_place_here() -> None:
    read = {text: _read("employment", "previous_place_code", text) for text in ("上海市", "上海", "310000", "余杭区")}
    assert read == {"上海市": "310000", "上海": "310000", "310000": "310000", "余杭区": "330110"}


@pytest.mark.parametrize("code", ["91330108DEM003012C", "91330108dem003012c", "9133 0108 DEM0 0301 2C"])
def test_a_credit_code_is_checked_by_its_last_character(code: str) -> None:
    assert codes.credit(code) == "91330108DEM003012C"
    with pytest.raises(Wrong, match="末位校验不符"):
        codes.credit("91330108DEM003012D")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_file_may_have_a_title_a_note_sums_blanks_and_any_encoding(coded: str, encoding: str) -> None:
    lines = (
        "余杭区岗位需求汇总表,,,,,,", "填表说明：单位为元,,,,,,", "", HEAD, ROW, ",,,,,,",
        '余杭区, 集成电路 ,4-04-05-01,"1,008",5000,8000,否', "小计,,,1020,,,", ROW.replace("12", "１２"),
        '合 计,,,"1,032",,,', "填表人：某某,,,,,,",
    )  # fmt: skip
    found = filed.seen(coded, filed.csv(*lines, encoding=encoding), filed.asked("vacancy"), "a.csv")
    assert filed.said(found.problems) == []
    assert found.rows.select("_row", "headcount", "cluster_code").rows() == [
        (5, 12, "C06"),
        (7, 1008, "C05"),
        (9, 12, "C06"),
    ]


def test_a_sum_row_that_does_not_add_up_is_named(coded: str) -> None:
    lines = (HEAD, ROW, "小计,,,12,,,", ROW, "小计,,,13,,,", "合计（共3人）,,,24,,,", "合计,,共 2 条,25,,,")
    found = filed.seen(coded, filed.csv(*lines), filed.asked("vacancy"), "a.csv")
    wrong = [(row, p.column, right) for p in found.problems for row, right in p.rows.select("row", "right").rows()]
    assert sorted(wrong) == [(5, "需求人数", "12"), (6, "合计", "2"), (7, "需求人数", "24")]


def test_a_header_may_be_merged_over_two_lines(coded: str) -> None:
    rows = (
        ("培训台账",),
        ("行政区划", "证件号码", "职业", "产业集群", "培训方式", "是否线上", "培训时间", None, "是否合格"),
        (None, None, None, None, None, None, "开始日期", "结束日期", None),
        (330110, filed.number(1), "2-02-38-01", "人工智能", "项目制", "是", dt.date(2026, 10, 8), 46326, "是"),
    )
    merged = ((0, 0, 0, 8, "培训台账"), (1, 6, 1, 7, "培训时间"), (1, 0, 2, 0, "行政区划"))
    found = filed.seen(coded, filed.book(*rows, merged=merged), filed.asked("training"))
    assert filed.said(found.problems) == []
    assert found.rows.select("_row", "started", "ended").rows() == [(4, dt.date(2026, 10, 8), dt.date(2026, 10, 31))]


def test_the_ministrys_codes_and_english_names_are_headers_in_any_order_beside_others(coded: str) -> None:
    head = "序号,passed,aac147,aac003,aac058,aca111,cluster_code,mode,online,aae030,aae031,aab301,aab004,aab998"
    row = f"1,1,{filed.number(1)},张三,01,2-02-10-09,C06,project,0,20261008,20261031,330110,某公司,{filed.FIRM}"
    found = filed.seen(coded, filed.csv(head, row), filed.asked("training"), "a.csv")
    assert filed.said(found.problems) == []
    assert found.ignored == ("序号", "aac003", "aab004", "aab998")
    assert found.rows["occupation_code"].to_list() == ["2-02-38-01"]


def test_a_second_header_of_codes_is_no_row(coded: str) -> None:
    codes_line = "place_code,cluster_code,occupation_code,headcount,wage_low,wage_high,shortage"
    found = filed.seen(coded, filed.csv(HEAD, codes_line, ROW), filed.asked("vacancy"), "a.csv")
    assert (filed.said(found.problems), found.rows.height) == ([], 1)


def test_of_code_and_name_the_code_is_read(coded: str) -> None:
    head = HEAD.replace("职业", "职业名称,职业代码")
    found = filed.seen(
        coded, filed.csv(head, ROW.replace("4-04-05-01", "随便,4-04-05-01")), filed.asked("vacancy"), "a.csv"
    )
    assert (filed.said(found.problems), found.ignored) == ([], ("职业名称",))


def test_a_column_that_stands_there_twice_is_refused(coded: str) -> None:
    with pytest.raises(UnusableUpload, match="有两列都是：需求人数"):
        filed.seen(coded, filed.csv(HEAD + ",需求数", ROW + ",3"), filed.asked("vacancy"), "a.csv")


def test_what_was_understood_as_something_else_is_listed(coded: str) -> None:
    head = HEAD.replace("最低月薪", "最低月薪（万元）")
    found = filed.seen(coded, filed.csv(head, *[ROW.replace("6000", "0.6")] * 3), filed.asked("vacancy"), "a.csv")
    assert sorted(found.changed.rows()) == [
        ("月薪下限", "0.6", "6,000.00 元", 3),
    ]  # fmt: skip
    assert found.rows["wage_low"].to_list() == [600000] * 3


def test_a_functional_zone_counts_at_its_prefecture_under_its_name(coded: str) -> None:
    asked = filed.asked("vacancy", place_code="330200")
    found = filed.seen(
        coded, filed.csv(HEAD, ROW.replace("余杭区", "宁波前湾新区"), ROW.replace("余杭区", "市本级")), asked, "a.csv"
    )
    assert filed.said(found.problems) == []
    assert found.rows.select("place_code", "zone").rows() == [("330200", "宁波前湾新区"), ("330200", None)]


def _shifted(system: str) -> tuple[float, float]:
    point = np.array([119.98]), np.array([30.27])
    if system in ("GCJ02", "BD09"):
        point = coordinates.gcj02(*point)
    if system == "BD09":
        point = coordinates.bd09(*point)
    return float(point[0][0]), float(point[1][0])


@pytest.mark.parametrize("system", ["CGCS2000", "WGS84", "GCJ02", "BD09"])
def test_coordinates_become_cgcs2000_and_someone_must_say_what_they_were(coded: str, system: Any) -> None:
    lon, lat = _shifted(system)
    content = filed.csv(
        "基地编号,基地名称,基地类型,经度,纬度,工位,启用月份", f"B9,基地,公共实训基地,{lon},{lat},12,2020-09"
    )
    found = filed.seen(coded, content, filed.asked("base", coordinates=system), "a.csv")
    assert filed.said((*found.problems, *found.warnings)) == []
    assert found.rows.select("lon", "lat").row(0) == pytest.approx((119.98, 30.27), abs=2e-6)
    with pytest.raises(UnusableUpload, match="没有说明坐标系"):
        filed.seen(coded, content, filed.asked("base"), "a.csv")


def test_the_header_may_name_the_coordinate_system(coded: str) -> None:
    lon, lat = _shifted("BD09")
    head = "基地编号,基地名称,基地类型,经度（百度坐标）,纬度（百度坐标）,工位,启用月份"
    found = filed.seen(
        coded, filed.csv(head, f"B9,基地,公共实训基地,{lon},{lat},12,2020-09"), filed.asked("base"), "a.csv"
    )
    assert found.rows.select("lon", "lat").row(0) == pytest.approx((119.98, 30.27), abs=2e-6)


def _zip(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(f"{name}.csv", content)
    return buffer.getvalue()


def test_several_csvs_in_a_zip_are_one_file_and_a_wrong_row_is_named_in_its_own(coded: str) -> None:
    other = "是否紧缺,职业,集群,需求数,地区"
    content = _zip(a=filed.csv(HEAD, ROW, ROW), b=filed.csv("标题", other, "也许,4-04-05-01,C06,3,余杭区"))
    found = filed.seen(coded, content, filed.asked("vacancy"), "a.zip")
    assert found.rows["headcount"].to_list() == [12, 12, 3]
    assert filed.said(found.problems) == [("紧缺", 6, "应是“是”或“否”")]
    assert reading.upload("a.zip", content).where(6) == ("b.csv", 3)
    assert "b.csv,3,紧缺,也许" in marking.listed(found).decode()
