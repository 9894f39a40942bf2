"""What a picture or table of 补贴资金 is about, in words."""

from charts import words
from charts.subject import Subject
from geo import places
from pages.overview.parts import month
from pages.shared import state

DEFINITION = "本年累计支出与年度预算；只含已报送的月份，含企业自筹。预算只按地区和资金来源编报，不分补贴类型、产业集群和发放对象。"


def subject(
    title: str,
    short: str,
    unit: str,
    *,
    definition: str = DEFINITION,
    chosen: str = "",
    source: str = "各地补贴发放报送、各地资金预算报送",
    tables: frozenset[str] = frozenset({"subsidy", "budget"}),
    approval: str = "",
) -> Subject:
    """The subject for the chosen place and the year up to the chosen month; `chosen` are further choices in words."""
    here = f"地区：{places.place(state.current().place).name}"
    period = words.period(month(), "year_to_date")
    where = f"{here}；{chosen}" if chosen else here
    return Subject(title, short, definition, unit, period, where, source, tables, approval=approval)
