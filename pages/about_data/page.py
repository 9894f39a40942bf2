"""指标与数据: the catalogue, the plan's measures, the data versions, the submissions, the data dictionary."""

from pages.about_data import parts
from pages.shared import failures
from pages.shared.screen import screen

catalogue, plan, versions, submissions, dictionary = parts.tabs()
with plan, failures.shown("规划举措"):
    parts.plan_measures(screen())
with catalogue, failures.shown("指标目录"):
    parts.catalogue_table()
with versions, failures.shown("数据版本"):
    parts.versions()
with submissions, failures.shown("报送批次"):
    parts.submissions()
with dictionary, failures.shown("数据字典"):
    parts.dictionary()
