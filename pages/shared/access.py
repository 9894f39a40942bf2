"""Who looks at this page, asked anew by every run, fragment and callback; what is done with detail goes on record."""

from collections.abc import Mapping
from typing import Any

from data_sources import looking, policy
from data_sources.policy import NotPermitted, Reader
from pages.shared import cached

UNSAFE = (
    "数据库里已有真实报送的数据，但没有设置登录方式，为防止数据外泄，本平台不显示任何内容。"
    "请运维人员设置 TALENT_SIGN_IN（oidc 或 header）后重新启动，说明见 docs/operators.md「登录」。"
)


def reader() -> Reader:
    """Who looks; raises `NotPermitted` when nobody may, saying why and whom to ask."""
    if cached.real_data():
        raise NotPermitted(UNSAFE)
    return policy.EVERYBODY


def record(action: str, detail: Mapping[str, Any], *, place_code: str | None = None) -> None:
    """Put what the reader did on record; while nobody signs in there is nobody to record."""


looking.asked(reader)
