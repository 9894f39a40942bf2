"""What looks like a resident's identity number, wherever it stands, and how a text is shown without it."""

import re
import unicodedata
from typing import Final

import polars as pl

HIDDEN: Final = "（不显示）"
LIKE: Final = r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
"""Eighteen characters with a region, a day of birth and a last digit."""
CERTIFICATE: Final = r"^[YS](?:\d{21}|[A-Z]\d{20}|\d{14}[A-Z]\d{6})$"
"""A certificate's number: Y or S, 4 organisation, 2 province, 6 site, 2 year, 1 level (a letter for what is above 高级技师, or one
after the first), 6 sequence."""
ALMOST: Final = r"^[YSys][A-Za-z\d]{20,22}$"
"""What is meant as one: it has as many digits as an identity number, and is shown."""
GAPS: Final = r"[\s\-_.·,'’‘`]"
SUSPECT: Final = (
    rf"{LIKE}|\d{{17}}[\dXx]|(?:^|\D)[1-8]\d{{5}}\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}(?:\D|$)"
)
"""The same mistyped, or of fifteen digits: rather hidden than shown."""


def personal(text: str) -> bool:
    """Whether an identity number stands in a text, with or without gaps."""
    return bool(re.search(LIKE, re.sub(GAPS, "", unicodedata.normalize("NFKC", text))))


def masked(text: str) -> str:
    """The text, or `HIDDEN` where an identity number may stand in it."""
    bare = re.sub(GAPS, "", unicodedata.normalize("NFKC", text))
    return HIDDEN if re.search(SUSPECT, bare) else text


def masked_all(column: pl.Expr) -> pl.Expr:
    """`masked` for a whole column, in which certificates' numbers are shown."""
    bare = column.str.normalize("NFKC").str.replace_all(GAPS, "")
    certificate = bare.str.contains(ALMOST) & ~bare.str.contains(LIKE)
    return pl.when(bare.str.contains(SUSPECT) & ~certificate).then(pl.lit(HIDDEN)).otherwise(column)
