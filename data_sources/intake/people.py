"""Identity numbers, checked by their last digit, and certificates' numbers: replaced by a keyed hash before they are kept."""

import hmac
from typing import Final

import polars as pl

from data_sources.settings import settings

LEAST_KEY: Final = 32
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LAST: Final = "10X98765432"


class MissingKey(ValueError):
    """No key for identity numbers is set; the message is Chinese and says how to make one."""


def key() -> bytes:
    """The newest key, from the environment; raises `MissingKey`."""
    return _long_enough("TALENT_PERSON_KEY", settings().person_key.get_secret_value())


def former_keys() -> tuple[bytes, ...]:
    """The keys before it, the oldest first; raises `MissingKey` for one that is too short."""
    given = settings().former_person_keys.get_secret_value().split()
    return tuple(_long_enough("TALENT_FORMER_PERSON_KEYS", each) for each in given)


def _long_enough(setting: str, given: str) -> bytes:
    if len(given) < LEAST_KEY:
        raise MissingKey(
            f"装载人员数据前须设置环境变量 {setting}（每个密钥至少 {LEAST_KEY} 字符，妥善保管，不得丢失）。"
            "可用 openssl rand -hex 32 生成；更换的办法见 docs/operations.md。"
        )
    return given.encode()


def valid(numbers: pl.Series) -> pl.Series:
    """Whether each is an 18-digit identity number whose last digit is right; null where there is none."""
    shaped = numbers.str.contains(r"^\d{17}[\dX]$")
    digits = [numbers.str.slice(i, 1).cast(pl.Int32, strict=False).fill_null(0) * w for i, w in enumerate(WEIGHTS)]
    total = digits[0]
    for digit in digits[1:]:
        total = total + digit
    right = (total % 11).replace_strict(dict(enumerate(LAST)), return_dtype=pl.String)
    return shaped & (right == numbers.str.slice(17, 1))


def keyed(numbers: pl.Series) -> pl.Series:
    """The person key of each number: 32 hex digits of HMAC-SHA256; raises `MissingKey`."""
    return _hashed(numbers, "")


def certificates(numbers: pl.Series) -> pl.Series:
    """The key of each certificate's number, like a person's and never equal to one; raises `MissingKey`."""
    return _hashed(numbers, "certificate:")


def turned(keys: pl.Series) -> pl.Series:
    """What each key of a person or a certificate becomes when the newest key is taken into use; raises `MissingKey`."""
    secret = key()
    return pl.Series(keys.name, [None if old is None else _one(secret, old) for old in keys], dtype=pl.String)


def _hashed(numbers: pl.Series, of: str) -> pl.Series:
    """Under the oldest key, and what comes of it under each newer one: so keys are changed without the numbers."""
    secrets = (*former_keys(), key())
    distinct = numbers.drop_nulls().unique()
    hashed = [of + number for number in distinct]
    for secret in secrets:
        hashed = [_one(secret, each) for each in hashed]
    return numbers.replace_strict(distinct, pl.Series(hashed, dtype=pl.String), default=None, return_dtype=pl.String)


def _one(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()[:32]
