"""What a downloaded file is called: 浙江数字人才_余杭区_培训人次_2026-10_v46.xlsx."""

import re
from typing import Final

PRODUCT: Final = "浙江数字人才"
LONGEST: Final = 200
"""Bytes of UTF-8 in a name; file systems allow 255, and a browser may add a number."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<>:"/\\|?*%#&{}$!`\'@+=~_\s]+')


def file_name(*parts: str, suffix: str) -> str:
    """The product and the parts, joined by underscores, safe on every system; an empty part is left out, a repeated one
    said once.

    `suffix` comes with or without its dot. A name that is too long loses the ends of its longest parts.
    """
    safe = list(dict.fromkeys(each for each in (PRODUCT, *map(_safe, parts)) if each))
    ending = f".{suffix.lstrip('.')}"
    while (excess := len("_".join((*safe, ending)).encode()) - LONGEST) > 0:
        longest = max(range(len(safe)), key=lambda i: len(safe[i].encode()))
        safe[longest] = safe[longest][: -max(1, excess // 4 // len(safe))]
    return "_".join(safe) + ending


def _safe(part: str) -> str:
    return _UNSAFE.sub("-", part[:LONGEST]).strip("-. ")
