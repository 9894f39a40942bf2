"""What looks like a resident's identity number, wherever it stands, and how a text is shown without it."""

import re
import unicodedata
from typing import Final

import polars as pl

HIDDEN: Final = "（不显示）"
LIKE: Final = r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
"""Eighteen characters with a region, a day of birth and a last digit."""
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
    """`masked` for a whole column."""
    bare = column.str.normalize("NFKC").str.replace_all(GAPS, "")
    return pl.when(bare.str.contains(SUSPECT)).then(pl.lit(HIDDEN)).otherwise(column)
