"""A downloaded file's name says what is in it and is safe on every system."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.names import LONGEST, file_name


@pytest.mark.parametrize(
    ("parts", "suffix", "name"),
    [
        (("余杭区", "培训人次", "2026-10", "v46"), "xlsx", "浙江数字人才_余杭区_培训人次_2026-10_v46.xlsx"),
        (("余杭区",), ".png", "浙江数字人才_余杭区.png"),
        (("余杭区", "培训圈", "培训圈", "v46"), "csv", "浙江数字人才_余杭区_培训圈_v46.csv"),
        (("", "v46"), "csv", "浙江数字人才_v46.csv"),
        (("人/万人", "a:b*c?"), "csv", "浙江数字人才_人-万人_a-b-c.csv"),
        (("..", "../../etc"), "csv", "浙江数字人才_etc.csv"),
        (("换\n行\t 空格",), "pdf", "浙江数字人才_换-行-空格.pdf"),
        (("1—10月（累计）",), "pdf", "浙江数字人才_1—10月（累计）.pdf"),
    ],
)
def test_a_name_is_its_parts_joined_without_what_file_systems_refuse(
    parts: tuple[str, ...], suffix: str, name: str
) -> None:
    assert file_name(*parts, suffix=suffix) == name


@settings(deadline=None)
@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_parts_give_a_name_that_every_file_system_takes(parts: list[str]) -> None:
    name = file_name(*parts, suffix="xlsx")
    assert name.startswith("浙江数字人才")
    assert name.endswith(".xlsx")
    assert len(name.encode(errors="surrogatepass")) <= LONGEST
    assert not set(name) & set('<>:"/\\|?*\n\r\t\0 ')


def test_a_name_that_is_too_long_keeps_its_short_parts() -> None:
    name = file_name("长" * 300, "v46", suffix="xlsx")
    assert name.endswith("_v46.xlsx")
    assert len(name.encode()) <= LONGEST
