"""使用者: who is registered and what was granted; registering, granting, revoking, removing; looking as another."""

import streamlit as st

from pages.readers import parts
from pages.shared import failures

with failures.shown("使用者"):
    known = parts.listed()
    with st.container(key="screen-only-office"):
        parts.registering()
        parts.granting(known)
        parts.looking_as(known)
