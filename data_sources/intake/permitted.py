"""Who may file and review here and now, as the policy says it; while nobody signs in, only what changes nothing real."""

from typing import Final

from data_sources import looking, policy
from data_sources.intake.asked import Asked
from data_sources.policy import NotPermitted, Reader
from geo import places

UNSIGNED: Final = "没有设置登录方式，不能在页面上报送真实数据；请先设置登录，或由运维人员在命令行装载。"


def examining(asked: Asked) -> Reader:
    """Who has a file examined; raises `NotPermitted` for whoever may not file for the place."""
    reader = looking.current()
    if reader not in (policy.OPERATOR, policy.EVERYBODY) and not policy.may_submit(reader, asked.place_code):
        raise NotPermitted(f"您没有为{places.place(asked.place_code).name}报送的权限。需要时请联系管理员。")
    return reader


def filing(asked: Asked) -> Reader:
    """Who files; raises `NotPermitted` also where nobody signs in: what is filed is real."""
    reader = examining(asked)
    if reader == policy.EVERYBODY:
        raise NotPermitted(UNSIGNED)
    return reader
