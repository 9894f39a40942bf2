"""What a text means among codes: places, occupations, clusters, levels, permitted values, credit codes; or the nearest."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final, Literal

from data_sources import reference
from data_sources.vocabulary import LEVELS
from geo import places, succession

Referred = Literal["occupation", "cluster"]


class Wrong(ValueError):
    """A text that is not what its column wants; `right` says what would be."""

    def __init__(self, why: str, right: str = "") -> None:
        super().__init__(why)
        self.right = right


def coded(text: str, values: Mapping[str, str], label: str) -> str:
    """The code among permitted values, by code, by name, or by both in one cell."""
    if text in values:
        return text
    if found := _by_name(values).get(_folded(text)):
        return found
    first = re.split(r"[\s|｜:：]", text, maxsplit=1)[0]
    if first in values and first != text:
        return first
    near = get_close_matches(text, [*values, *values.values()], n=2, cutoff=0.5)
    raise Wrong(f"不是{label}的代码或名称", "、".join(near) or "、".join(list(values.values())[:5]))


def referred(text: str, kind: Referred, label: str) -> str:
    """The code of an occupation or cluster; an occupation's code of before 2022 becomes today's."""
    renamed = _renamed() if kind == "occupation" else {}
    bare = re.sub(r"[‐‑–—−]", "-", text)
    first = re.split(r"[\s|｜:：]", bare, maxsplit=1)[0]
    for each in (bare, first):
        if each in renamed and each not in names(kind):
            if len(renamed[each]) == 1:
                return renamed[each][0]
            raise Wrong("这个旧代码已分为几个职业", "、".join(f"{c} {names(kind)[c]}" for c in renamed[each]))
    return coded(bare, names(kind), label)


def names(kind: Referred) -> Mapping[str, str]:
    """Name by code."""
    return reference.occupations() if kind == "occupation" else reference.clusters()


@cache
def _renamed() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in reference.facts()["occupation"]:
        if old := row["code_before_2022"]:
            found[old] = (*found.get(old, ()), row["code"])
    return found


def _folded(text: str) -> str:
    return re.sub(r"[\s()\[\]、/·-]", "", unicodedata.normalize("NFKC", text)).lower()


def _by_name(values: Mapping[str, str]) -> Mapping[str, str]:
    """Code by folded name, without names that are several codes'."""
    counted = Counter(_folded(name) for name in values.values())
    return {_folded(name): code for code, name in values.items() if counted[_folded(name)] == 1}


# --- levels ---------------------------------------------------------------------------------------------------------

NUMBERED: Final = {"五": "L2", "四": "L3", "三": "L4", "二": "L5", "一": "L6"}
DIGITS: Final = {"5": "L2", "4": "L3", "3": "L4", "2": "L5", "1": "L6"}


def level(text: str) -> str:
    """三级, 高级工, 三级/高级工, 3, L4; T1, 初级（T1）, 专业技术初级. 初级 alone is of either ladder, and refused."""
    found = {code for part in re.split(r"[/、|\s()]+", text) if part and (code := _level(part))}
    if len(found) == 1:
        return found.pop()
    if len(found) > 1:
        raise Wrong("写了两个不同的等级", "、".join(LEVELS[code] for code in sorted(found)))
    if text in ("初级", "中级", "高级"):
        worker = {"初级": "初级工（五级）", "中级": "中级工（四级）", "高级": "高级工（三级）"}[text]
        raise Wrong("不知是新八级工还是专业技术等级", f"{worker}或{text}（T{'初中高'.index(text[0]) + 1}）")
    near = get_close_matches(text, [*LEVELS, *LEVELS.values()], n=2, cutoff=0.5)
    raise Wrong("不是等级", "、".join(near) or "如 三级、高级工、T2")


def _level(part: str) -> str | None:
    bare = re.sub(r"职业技能等?级?|专业技术(等级)?|工程师|\.0$", "", part)
    if part in LEVELS or bare.upper() in LEVELS:
        return bare.upper()
    for code, name in LEVELS.items():
        if name == bare:
            return code
    if bare in DIGITS:
        return DIGITS[bare]
    if found := re.fullmatch(r"([一二三四五1-5])级?(?:工)?(.*)", bare):
        code = NUMBERED.get(found[1]) or DIGITS[found[1]]
        return code if found[2] in ("", LEVELS[code]) else None
    if found := re.fullmatch(r"([初中高])级", bare):
        return f"T{'初中高'.index(found[1]) + 1}" if bare != part else None
    return None


# --- places ---------------------------------------------------------------------------------------------------------


def place(text: str, submitter: str) -> str:
    """The place of a code, a full or short name, 市本级 or a functional zone; an ended code becomes today's."""
    bare = re.sub(r"\.0$|\s", "", text)
    if zone := zone_named(bare):
        return places.zones()[zone]
    if bare in ("市本级", "本级"):
        return prefecture(submitter)
    if bare.endswith("市本级"):
        bare = f"{bare.removesuffix('市本级')}市"
    bare = re.sub(r"^(\d{6})0{3,6}$", r"\1", bare)
    both = re.fullmatch(r"(\d{6})\D+", bare) or re.fullmatch(r"\D+?\(?(\d{6})\)?", bare)
    code = _today(both[1] if both else bare)
    if code == places.PROVINCE:
        raise Wrong("应是设区市或县（市、区）", "如 330110 余杭区")
    return code


def zone_named(text: str) -> str | None:
    """The full name of a functional zone."""
    return text if text in places.zones() else None


def prefecture(code: str) -> str:
    """The code of the prefecture in which a place lies; its own for the province's."""
    found = places.prefecture_of(code)
    return found.code if found else code


def _today(text: str) -> str:
    old = {step.old_name: step.old_code for step in succession.succession()}
    try:
        if text.isdecimal():
            return succession.current_code(text)
        try:
            return places.named(_without_parents(text)).code
        except places.UnknownPlace:
            if text in old:
                return succession.current_code(old[text])
            raise
    except succession.AmbiguousCode as error:
        raise Wrong("这个代码已分为几个地区", "、".join(f"{p.name}（{p.code}）" for p in error.candidates)) from error
    except places.UnknownPlace as error:
        near = "、".join(f"{each.name}（{each.code}）" for each in error.nearest)
        raise Wrong("没有这个地区", near or "现行六位代码或全称") from error


def _without_parents(text: str) -> str:
    bare = text.removeprefix("浙江省") or text
    for city in places.prefectures():
        if bare.startswith(city.name) and bare != city.name:
            return bare.removeprefix(city.name)
    return bare


def origin(text: str) -> str:
    """Another province's or one of this province's places, by code or name."""
    elsewhere = {name: code for code, name in origins().items()} | {p.short_name: p.code for p in places.origins()}
    if text in origins():
        return text
    return elsewhere.get(text) or _today(text)


@cache
def origins() -> Mapping[str, str]:
    """The names of the other provinces by code."""
    return {each.code: each.name for each in places.origins()}


# --- credit codes ---------------------------------------------------------------------------------------------------

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: 31 characters, and the weights of the first 17."""
WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))


def credit(text: str) -> str:
    """A credit code of 18 characters whose last one is right; an identity number is none."""
    bare = re.sub(r"[\s-]", "", text).upper()
    if len(bare) != 18 or any(character not in ALPHABET for character in bare):
        raise Wrong("不是18位统一社会信用代码", "18位数字和大写字母，不含 I、O、Z、S、V")
    total = sum(ALPHABET.index(c) * w for c, w in zip(bare, WEIGHTS, strict=False))
    if ALPHABET[-total % 31] != bare[17]:
        raise Wrong("统一社会信用代码的末位校验不符", "请核对是否抄错")
    return bare
