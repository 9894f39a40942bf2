"""Who may see, take along, submit and approve what: the rules alone, without database, session or page.

1. Whoever is not registered, or was granted nothing, sees nothing.
2. Sums (aggregates) of every place are open to every reader; those of a restricted indicator only as detail is.
3. Detail (payments, organisations and their figures, submissions, rejections) of a place is open to the place's own
   readers and to those of the places above it. A department sees the detail of its theme, of all places.
4. Taking detail along is a permission of its own, given with a grant.
5. A submitter files, an approver reviews, for the place of the grant and those within; nobody reviews his own filing.
6. An administrator manages readers, reads the audit and may look at the map as another reader; the office alone opens
   no detail.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from data_sources.vocabulary import DEPARTMENT_THEMES, ROLES
from geo import places

LEVEL_OF_ROLE: Final = {
    "province": ("province",),
    "prefecture": ("prefecture",),
    "county": ("county",),
    "department": ("province",),
    "submitter": ("province", "prefecture", "county"),
    "approver": ("province", "prefecture", "county"),
    "administrator": ("province",),
}
"""The levels of places that a role can be granted in."""
THEME_TABLES: Final = {
    "training": ("training", "programme"),
    "talent": ("employment",),
    "evaluation": ("certificate", "contest", "milestone", "organisation"),
    "supply": ("vacancy",),
    "bases": ("base",),
    "funds": ("subsidy", "budget"),
}
"""The tables of which a department of that theme sees the detail."""


DETAIL: Final = frozenset(
    (
        "training",
        "certificate",
        "employment",
        "vacancy",
        "subsidy",
        "organisation",
        "programme",
        "submission",
        "rejection",
    )
)
"""Tables whose single rows are open by place. Bases, budgets, contests, milestones and targets are public registers."""
OFFICE: Final = frozenset(("reader", "reader_grant", "audit"))
"""Tables that only an administrator reads."""


class NotPermitted(Exception):
    """What was asked for is not open to this reader; the message is Chinese and says to whom it is."""


class WrongGrant(ValueError):
    """A grant that cannot be: the message says in Chinese why."""


Sight = tuple[tuple[str, frozenset[str]], ...]
"""A table and the places whose rows of it are open, for each table that is not open everywhere."""


@dataclass(frozen=True, order=True)
class Grant:
    """One role in one place; `theme` other than `all` only for a department; `exports`: may take detail along."""

    role: str
    place_code: str
    theme: str = "all"
    exports: bool = False

    @property
    def places(self) -> frozenset[str]:
        """The place and everything within it, as codes under which rows are filed."""
        return within(self.place_code)


@dataclass(frozen=True)
class Reader:
    """Someone who is signed in, with what was granted."""

    subject: str
    name: str
    grants: frozenset[Grant]

    @property
    def home(self) -> str:
        """The place that this reader's pages open on: the highest one granted."""
        granted = sorted(self.grants, key=lambda g: (_depth(g.place_code), g.place_code))
        return granted[0].place_code if granted else places.PROVINCE


OPERATOR: Final = Reader("terminal", "命令行", frozenset({Grant("province", places.PROVINCE, exports=True)}))
"""Whoever has the machine's terminal has the database already."""
EVERYBODY: Final = Reader("", "未登录", frozenset({Grant("province", places.PROVINCE, exports=True)}))
"""Whoever opens the map where nobody signs in, which is possible only while all data are simulated."""
PUBLIC: Final = Reader("public", "公开发布", frozenset())
"""Whoever reads what is published: sums alone, and of people none that is small. Nobody signs in as this."""


def checked(grant: Grant) -> Grant:
    """The same grant; raises `WrongGrant` when role, place and theme do not go together."""
    if grant.role not in ROLES:
        raise WrongGrant(f"没有角色“{grant.role}”，可用：{'、'.join(ROLES)}。")
    if grant.theme not in DEPARTMENT_THEMES:
        raise WrongGrant(f"没有主题“{grant.theme}”，可用：{'、'.join(DEPARTMENT_THEMES)}。")
    if (grant.role == "department") != (grant.theme != "all"):
        raise WrongGrant("部门用户须指明一个主题（--theme），其他角色不分主题。")
    if places.place(grant.place_code).level not in LEVEL_OF_ROLE[grant.role]:
        raise WrongGrant(f"{ROLES[grant.role]}不能授在{places.place(grant.place_code).name}，层级不符。")
    return grant


def doubts(reader: Reader) -> str:
    """What must be weighed before somebody has these grants; empty when there is nothing.

    What is withheld of small numbers counts on readers who know one place from within. Whoever knows several that are not
    one, two counties or two prefectures, may work out a small number of another from what everybody is shown.
    """
    seen = [g for g in reader.grants if g.role != "administrator"]
    open_ = frozenset[str]().union(*(g.places for g in seen))
    highest = {g.place_code for g in seen if not any(g.places < other.places for other in seen)}
    if len(highest) < 2 or any(open_ == within(place.code) for place in places.places()):
        return ""
    named = "、".join(places.place(code).name for code in sorted(highest))
    return f"“{reader.subject}”可看{named}的明细：与公开的合计相减，可能推算出别的地区不足门槛的人数。"


def may_look(reader: Reader) -> bool:
    """Rule 1: whether the reader sees anything at all."""
    return bool(reader.grants)


def detail_places(reader: Reader, table: str) -> frozenset[str]:
    """Rule 3: the places, as codes under which rows are filed, of which the reader sees the detail of this table."""
    opening = [g for g in reader.grants if _opens(g, table)]
    return frozenset().union(*(g.places for g in opening))


def export_places(reader: Reader, table: str) -> frozenset[str]:
    """Rule 4: the places of which the reader may take the detail of this table along."""
    return frozenset().union(*(g.places for g in reader.grants if g.exports and _opens(g, table)))


def sees_all(reader: Reader, table: str) -> bool:
    """Whether the detail of this table is open to the reader everywhere."""
    return within(places.PROVINCE) <= detail_places(reader, table)


def sight(reader: Reader) -> Sight:
    """What tells what this reader sees from what another sees: the open places, table by table; empty: all of them."""
    opened = ((table, detail_places(reader, table)) for table in sorted(DETAIL))
    return tuple((table, places_) for table, places_ in opened if places_ != within(places.PROVINCE))


def may_submit(reader: Reader, place_code: str) -> bool:
    """Rule 5: whether the reader may file for this place."""
    return _holds(reader, "submitter", place_code)


def may_approve(reader: Reader, place_code: str, submitted_by: str | None) -> bool:
    """Rule 5: whether the reader may review what `submitted_by` filed for this place."""
    return _holds(reader, "approver", place_code) and reader.subject != submitted_by


def may_administer(reader: Reader) -> bool:
    """Rule 6: whether the reader manages readers and reads the audit."""
    return any(g.role == "administrator" for g in reader.grants)


@cache
def within(place_code: str) -> frozenset[str]:
    """A place and everything within it, as codes under which rows are filed."""
    below = places.children(place_code)
    return frozenset({place_code}).union(*(within(p.code) for p in below))


def scope(reader: Reader, table: str) -> str:
    """The places of which the reader sees the detail of this table, in words."""
    granted = sorted({g.place_code for g in reader.grants if _opens(g, table)})
    return "、".join(places.place(code).name for code in granted) or "没有任何地区"


def _opens(grant: Grant, table: str) -> bool:
    if grant.role == "administrator":
        return False
    if grant.role == "department":
        return table in THEME_TABLES[grant.theme]
    return True


def _holds(reader: Reader, role: str, place_code: str) -> bool:
    return any(g.role == role and place_code in g.places for g in reader.grants)


def _depth(place_code: str) -> int:
    return ("province", "prefecture", "county").index(places.place(place_code).level)
