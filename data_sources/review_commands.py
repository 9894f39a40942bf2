"""The commands `submissions`, `approve`, `return`, `withdraw` and `restore`."""

import argparse
import getpass
from collections.abc import Callable
from typing import Any, Final

from data_sources import looking, readers, reading, review, tables
from data_sources.answers import OK, USAGE, WRONG, said, unusable
from data_sources.reading import Filed
from data_sources.review import Actor, ImpossibleStep
from data_sources.vocabulary import PENDING, SUBMISSION_STATUSES
from geo import places

Command = Callable[[str, Callable[[str, argparse.Namespace], int], str, str], argparse.ArgumentParser]


def add(command: Command, place: Callable[[str], str]) -> None:
    """Declare the commands."""
    listing = command("submissions", listed, "列出报送批次", "新的在前；没有符合条件的，退出码为 1。")
    listing.add_argument("--table", default="", choices=[str(m.__tablename__) for m in tables.FACT_TABLES])
    listing.add_argument("--month", default="", help="报送月份，如 2026-10")
    listing.add_argument("--place", type=place, help="报送地区及其下级")
    listing.add_argument("--status", default="", choices=list(SUBMISSION_STATUSES))
    listing.add_argument("--unreviewed", action="store_true", help=f"只列{PENDING}的")
    listing.add_argument("--reader", metavar="账号", help="只列这个使用者看得到的，默认不限")
    listing.add_argument("--page", type=int, default=1, help=f"每页 {reading.PAGE} 批")
    for name, (_, about, more, reasoned) in _STEPS.items():
        step = command(name, taken, about, more)
        step.add_argument("ids", metavar="批次号", nargs="+", type=int)
        step.add_argument("--by", default=getpass.getuser(), help="经办人；默认为当前系统用户")
        step.add_argument("--as", dest="at", type=place, default=places.PROVINCE, help="经办人所在地区，默认全省")
        if reasoned:
            step.add_argument("--reason", required=True, help="原因，会随批次保存")
        step.set_defaults(step=name)


def listed(url: str, given: argparse.Namespace) -> int:
    """Print the submissions asked for; 1 when there are none."""
    if code := unusable(url):
        return code
    under = [p.code for p in (places.place(given.place), *_below(given.place))] if given.place else []
    asked = Filed(given.table, given.month, given.status, tuple(under), given.unreviewed)
    try:
        with looking.by(readers.asked_for(url, given.reader)):
            found = reading.submissions(url, asked, page=given.page - 1)
    except readers.UnknownReader as error:
        return said(str(error), USAGE)
    for row in found.iter_rows(named=True):
        print("  ".join(_written(row)))
    print(f"共 {found.height} 批" if found.height else "没有符合条件的报送批次")
    return OK if found.height else WRONG


def taken(url: str, given: argparse.Namespace) -> int:
    """Take one step with all submissions named; 1 with nothing done when one of them cannot."""
    if code := unusable(url):
        return code
    step, _, _, reasoned = _STEPS[given.step]
    try:
        version = step(url, given.ids, Actor(given.by, given.at), *([given.reason] if reasoned else []))
    except ImpossibleStep as error:
        return said(error)
    print(f"批次 {'、'.join(map(str, given.ids))} {_DONE[given.step]}，数据版本 {version}")
    return OK


def _below(code: str) -> tuple[places.Place, ...]:
    return tuple(p for p in places.places() if p.code != code and code in {above.code for above in places.path(p.code)})


def _written(row: dict[str, Any]) -> list[str]:
    model = tables.TABLES.get(row["table_name"])
    status = SUBMISSION_STATUSES[row["status"]] + (f"：{row['reason']}" if row["reason"] else "")
    waiting = row["provenance"] == "official" and row["status"] == "accepted" and not row["reviewed"]
    return [
        f"批次 {row['id']}",
        str(getattr(model, "label", row["table_name"])),
        places.place(row["place_code"]).name,
        row["month"] or "—",
        f"{row['row_count']:,} 行",
        f"{status}（{PENDING}）" if waiting else status,
        f"{row['received_at']:%Y-%m-%d %H:%M}",
        *([row["file_name"]] if row["file_name"] else []),
    ]


_STEPS: Final[dict[str, tuple[Callable[..., int], str, str, bool]]] = {
    "approve": (review.approve, "审核通过", "县（市、区）的批次由设区市或省审核，市本级的由省审核。", False),
    "return": (review.send_back, "退回批次", "退回后不再计入；须写明原因，改正后重新报送。", True),
    "withdraw": (review.withdraw, "撤回批次", "撤回后不再计入；行仍保留，可以恢复。", True),
    "restore": (review.restore, "恢复批次", "恢复已撤回或已被替换的批次；替换它的不再计入。", False),
}
_DONE: Final = {"approve": "审核通过", "return": "已退回", "withdraw": "已撤回", "restore": "已恢复"}
