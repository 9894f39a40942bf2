"""Writes docs/settings.md from the settings as they are declared, so that the two never differ."""

import sys
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from data_sources.settings import ROOT, Settings

OUTPUT: Final = ROOT / "docs" / "settings.md"
HEAD: Final = """\
# 设置

所有设置都是以 `TALENT_` 开头的环境变量，在 `data_sources/settings.py` 中声明并校验，改动后需重新启动。
写错时地图不会打开，页面和终端会说明是哪一个变量、错在哪里。本页由 `python -m scripts.settings_doc` 生成，请勿手工修改。

| 环境变量 | 含义 | 类型 | 默认值 |
|---|---|---|---|
"""
TAIL: Final = """
用法示例：

```bash
TALENT_DB='postgresql://用户:密码@主机:5432/库名' TALENT_MAP_APPROVAL='批准的审图号' make run
```

端口不在其中，用 `make run PORT=8600` 更换。服务器本身的设置（主题、压缩、不外联）在 `.streamlit/config.toml`。
"""
KINDS: Final = {str: "文本", bool: "是/否（true/false）", int: "整数", float: "数", SecretStr: "文本（保密）"}
SIGNS: Final = {"gt": "＞", "ge": "≥", "lt": "＜", "le": "≤", "max_length": "字数 ≤"}


def written() -> str:
    """The text of docs/settings.md."""
    return HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items()) + TAIL


def _row(name: str, field: FieldInfo) -> str:
    return f"| `TALENT_{name.upper()}` | {field.description} | {_kind(field)} | {_default(field.default)} |\n"


def _kind(field: FieldInfo) -> str:
    kind: Any = field.annotation
    limits = [
        f"{sign} {getattr(limit, bound):g}"
        for limit in field.metadata
        for bound, sign in SIGNS.items()
        if getattr(limit, bound, None) is not None
    ]
    if get_origin(kind) is Literal:
        return "、".join(get_args(kind))
    return "，".join([KINDS.get(kind, "路径"), *limits])


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}/`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "空" if value in (None, "") else f"`{value}`"


def main() -> None:
    """Write the file."""
    OUTPUT.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"{OUTPUT.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
