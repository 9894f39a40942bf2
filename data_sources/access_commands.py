"""The commands `readers` and `audit`."""

import argparse

from data_sources import audit, policy, readers
from data_sources.answers import OK, WRONG, said, unusable
from data_sources.policy import OPERATOR, Grant, WrongGrant
from data_sources.readers import UnknownReader
from data_sources.vocabulary import DEPARTMENT_THEMES, ROLES
from geo import places

FAILED = (WrongGrant, UnknownReader, places.UnknownPlace)


def arguments_of_readers(parser: argparse.ArgumentParser, where: argparse.ArgumentParser) -> None:
    """`readers list|add|grant|revoke|remove`."""
    actions = parser.add_subparsers(title="操作", required=True, metavar="操作", dest="action")
    actions.add_parser("list", help="列出使用者和授权", parents=[where])
    adding = actions.add_parser("add", help="登记使用者（本身不授予任何权限）", parents=[where])
    adding.add_argument("subject", metavar="账号")
    adding.add_argument("name", metavar="姓名或单位")
    for name, about in (("grant", "授予角色"), ("revoke", "收回角色")):
        changing = actions.add_parser(name, help=about, parents=[where])
        changing.add_argument("subject", metavar="账号")
        changing.add_argument(
            "role", metavar="角色", choices=tuple(ROLES), help="、".join(f"{k} {v}" for k, v in ROLES.items())
        )
        changing.add_argument("--place", default=places.PROVINCE, help="地区代码或名称，默认全省")
        changing.add_argument("--theme", choices=tuple(DEPARTMENT_THEMES), default="all", help="部门用户的主题")
        changing.add_argument("--exports", action="store_true", help="可导出明细")
        if name == "grant":
            changing.add_argument(
                "--weighed", action="store_true", help="已斟酌：使其可能推算出别处不足门槛的人数也授予"
            )
    removing = actions.add_parser("remove", help="停用使用者，收回全部授权", parents=[where])
    removing.add_argument("subject", metavar="账号")


def manage_readers(url: str, given: argparse.Namespace) -> int:
    """Do one of them; 0 when it was done."""
    if code := unusable(url):
        return code
    try:
        if given.action == "add":
            readers.add(url, OPERATOR, given.subject, given.name)
        elif given.action == "remove":
            readers.remove(url, OPERATOR, given.subject)
        elif given.action in ("grant", "revoke"):
            wanted = Grant(given.role, places.named(given.place).code, given.theme, given.exports)
            if given.action == "grant":
                readers.grant(url, OPERATOR, given.subject, wanted, weighed=given.weighed)
            else:
                readers.revoke(url, OPERATOR, given.subject, wanted)
    except FAILED as error:
        return said(error)
    _listed(url)
    if given.action == "grant" and (found := readers.find(url, given.subject)) and (doubt := policy.doubts(found)):
        print(f"提醒：{doubt}")
    return OK


def arguments_of_audit(parser: argparse.ArgumentParser, where: argparse.ArgumentParser) -> None:
    """`audit verify`."""
    actions = parser.add_subparsers(title="操作", required=True, metavar="操作", dest="action")
    verifying = actions.add_parser("verify", help="核对审计记录有没有被改动", parents=[where])
    verifying.add_argument("--noted", default="", metavar="指纹", help="此前记下的最新指纹，用来发现末尾被截去")


def check_audit(url: str, given: argparse.Namespace) -> int:
    """Verify the chain; 0 when nothing is wrong with it."""
    if code := unusable(url):
        return code
    found = audit.verify(url, given.noted)
    for finding in found.findings:
        print(f"问题：{finding}")
    print(f"审计记录 {found.rows:,} 行，发现 {len(found.findings)} 处问题。最新指纹（请另处记下）：{found.newest}")
    return WRONG if found.findings else OK


def _listed(url: str) -> None:
    for row in readers.listed(url).iter_rows(named=True):
        told = f"{row['subject']}　{row['name']}　" + ("" if row["active"] else "（已停用）")
        if row["role"]:
            theme = "" if row["theme"] == "all" else f"　{DEPARTMENT_THEMES[row['theme']]}"
            told += f"{ROLES[row['role']]}　{places.place(row['place_code']).name}{theme}"
            told += "　可导出明细" if row["exports"] else ""
        print(told)
