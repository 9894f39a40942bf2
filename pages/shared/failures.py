"""What a reader sees when something fails: a sentence with a reference number; the log gets the traceback."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from data_sources.policy import NotPermitted
from pages.shared import access

log = logging.getLogger("talent")


@contextmanager
def shown(part: str) -> Iterator[None]:
    """Guard one part of a page: the rest of the page goes on when it fails."""
    try:
        yield
    except NotPermitted as refusal:
        with suppress(access.ForNow):  # while nothing can be recorded nothing is shown, that is said all the same
            access.record("refused", {"内容": part, "说明": str(refusal)})
        st.info(f"{part}：{refusal}")
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("part %s failed, reference %s", part, reference)
        st.error(f"“{part}”暂时无法显示。请稍后刷新；若仍如此，请把编号 {reference} 告诉管理员，日志里有详细原因。")
