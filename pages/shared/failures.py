"""What a reader sees when something fails: a sentence with a reference number; the log gets the traceback."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

log = logging.getLogger("talent")


@contextmanager
def shown(part: str) -> Iterator[None]:
    """Guard one part of a page: the rest of the page goes on when it fails."""
    try:
        yield
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("part %s failed, reference %s", part, reference)
        st.error(f"“{part}”暂时无法显示。请稍后刷新；若仍如此，请把编号 {reference} 告诉管理员，日志里有详细原因。")
