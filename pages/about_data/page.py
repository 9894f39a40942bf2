"""指标与数据: the catalogue, the data versions, the submissions, the data dictionary."""

import streamlit as st

from pages.about_data import parts
from pages.shared import failures

catalogue, versions, submissions, dictionary = st.tabs(["指标目录", "数据版本", "报送批次", "数据字典"])
with catalogue, failures.shown("指标目录"):
    parts.catalogue_table()
with versions, failures.shown("数据版本"):
    parts.versions()
with submissions, failures.shown("报送批次"):
    parts.submissions()
with dictionary, failures.shown("数据字典"):
    parts.dictionary()
