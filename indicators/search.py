"""Search by name, part of a name, or pinyin: places, indicators, occupations, training bases, organisations."""

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import polars as pl

from data_sources.reference import facts
from geo import places
from indicators.catalogue import Catalogue

Kind = Literal["place", "indicator", "occupation", "base", "organisation"]
KINDS: Final[Mapping[Kind, str]] = {
    "place": "地区",
    "indicator": "指标",
    "occupation": "数字职业",
    "base": "实训基地",
    "organisation": "机构",
}
_ORDER: Final = tuple(KINDS)
_EXACT, _STARTS, _SOUNDS, _HOLDS, _SOUNDS_FIRST, _SOUNDS_WITHIN = range(6)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that has a name: `code` finds it too, whole; `also` are other names; `place_code` is where it lies."""

    kind: Kind
    code: str
    name: str
    place_code: str | None = None
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name and the others."""
        return (self.name, *self.also)


@dataclass(frozen=True)
class Index:
    """Every entry; its names in small letters without spaces; the same in pinyin; and the characters that begin with
    each letter somewhere in the names."""

    entries: tuple[Entry, ...]
    written: tuple[tuple[str, ...], ...]
    spelt: tuple[tuple[str, ...], ...]
    sounding: Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """`hits`, best first; how many there are in all; `sure`, the one that was meant without doubt; `near`, similar names
    when there is no hit."""

    hits: tuple[Entry, ...]
    total: int
    sure: Entry | None
    near: tuple[Entry, ...]


def index(catalogue: Catalogue, named: pl.DataFrame) -> Index:
    """An index of places, indicators, occupations, and what is `named` (see `data_sources.names.names`)."""
    found = [Entry("place", p.code, p.name, p.parent_code, (p.short_name,)) for p in places.places()]
    found += [Entry("indicator", i.key, i.title, None, (i.short,)) for i in catalogue.values()]
    found += [Entry("occupation", str(row["code"]), str(row["name"])) for row in facts()["occupation"]]
    found += [Entry(kind, code, name, place) for kind, code, name, place in named.iter_rows()]
    heard: dict[str, set[str]] = defaultdict(set)
    written = tuple(tuple(_plain(name) for name in entry.names) for entry in found)
    spelt = tuple(tuple(_spelling(name, heard) for name in names) for names in written)
    sounding = {letter: "".join(sorted(characters)) for letter, characters in heard.items()}
    return Index(tuple(found), written, spelt, sounding)


def search(known: Index, text: str, most: int = 10) -> Found:
    """What is called like `text`: by name or code, part of a name, or the first letters of its pinyin; else spelt so.

    Best first: the whole name or code, its beginning, all its letters, a part, some letters; then by kind, the shorter
    name, the name. One hit alone is sure; so is the one that is called exactly so, or that alone has all these letters.
    """
    asked = _plain(text)
    if not asked:
        return Found((), 0, None, ())
    hits = _called(known, asked) or _spelt(known, asked)
    if not hits:
        return Found((), 0, None, _near(known, asked))
    best = min(rank for rank, _ in hits)
    first = [entry for rank, entry in hits if rank == best]
    sure = first[0] if len(first) == 1 and (len(hits) == 1 or best in (_EXACT, _SOUNDS)) else None
    ordered = sorted(hits, key=lambda hit: (hit[0], _ORDER.index(hit[1].kind), len(hit[1].name), hit[1].name))
    return Found(tuple(entry for _, entry in ordered[:most]), len(hits), sure, ())


def _called(known: Index, asked: str) -> list[tuple[int, Entry]]:
    pattern = re.compile("".join(f"[{re.escape(c + known.sounding.get(c, ''))}]" for c in asked))
    ranked = (
        (_EXACT if asked == entry.code.lower() else _closeness(names, asked, pattern), entry)
        for entry, names in zip(known.entries, known.written, strict=True)
    )
    return [(rank, entry) for rank, entry in ranked if rank is not None]


def _closeness(names: tuple[str, ...], asked: str, pattern: re.Pattern[str]) -> int | None:
    """How close the closest of the names comes; None when none does. What is written so also fits the pattern."""
    if not any(pattern.search(name) for name in names):
        return None
    for rank, close in (
        (_EXACT, asked in names),
        (_STARTS, any(name.startswith(asked) for name in names)),
        (_SOUNDS, any(pattern.fullmatch(name) for name in names)),
        (_HOLDS, any(asked in name for name in names)),
        (_SOUNDS_FIRST, any(pattern.match(name) for name in names)),
    ):
        if close:
            return rank
    return _SOUNDS_WITHIN


def _spelt(known: Index, asked: str) -> list[tuple[int, Entry]]:
    """What is this pinyin written in full, begins with it or holds it: `hangzhou`."""
    hits = []
    for entry, spelt in zip(known.entries, known.spelt, strict=True):
        if asked in spelt:
            hits.append((_EXACT, entry))
        elif any(asked in name for name in spelt):
            hits.append((_STARTS if any(name.startswith(asked) for name in spelt) else _HOLDS, entry))
    return hits


def _near(known: Index, asked: str, most: int = 5) -> tuple[Entry, ...]:
    called: dict[str, Entry] = {}
    for entry, names in zip(known.entries, known.written, strict=True):
        for name in names:
            called.setdefault(name, entry)
    close = difflib.get_close_matches(asked, called, n=2 * most, cutoff=0.5)
    return tuple(dict.fromkeys(called[name] for name in close))[:most]


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _spelling(name: str, heard: dict[str, set[str]]) -> str:
    """The name in pinyin, read by its words (乐清 is yueqing); notes in `heard` by which letter each character begins."""
    from pypinyin import lazy_pinyin  # takes 0.2 s, and perhaps nobody searches

    readings = lazy_pinyin(name, errors=cast("Any", list))  # its types do not know that what has no sound may be split
    for character, reading in zip(name, readings, strict=True):
        heard[reading[0]].add(character)
    return "".join(readings)
