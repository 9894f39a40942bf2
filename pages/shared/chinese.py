"""Streamlit's own words in Chinese: its menus, hints and messages are English, and no setting translates them.

They stand as texts in its scripts, which this hands out with ours in their place.
"""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import Response

from pages.shared.shell import STATIC

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "index": {
        "`System`": "`自动`",
        "`Light`": "`浅色`",
        "`Dark`": "`深色`",
        '"aria-label":`Theme`': '"aria-label":`外观`',
        "`About`": "`关于`",
        "`Made with Streamlit v`": "`界面框架：Streamlit `",
        "`Copy version to clipboard`": "`复制版本号`",
        "`Copied`": "`已复制`",
        "`Main menu`": "`菜单`",
        '"aria-label":`Sidebar`': '"aria-label":`筛选`',
        "`Collapse sidebar`": "`收起筛选栏`",
        "`Expand sidebar`": "`展开筛选栏`",
        "`Skip to main content`": "`跳到正文`",
        "`(opens in new tab)`": "`（在新标签页打开）`",
        '"aria-label":`Close`': '"aria-label":`关闭`',
        "children:`Close`": "children:`关闭`",
        "`Notifications`": "`通知`",
        "`view less`": "`收起`",
        "`view more`": "`展开`",
        '"aria-label":`Running...`': '"aria-label":`正在处理`',
        "`Connecting`": "`正在连接`",
        "`Connecting to Streamlit server`": "`正在连接服务器`",
        "`Unable to connect to Streamlit server`": "`无法连接服务器`",
        "`Connection error`": "`与服务器的连接已中断`",
        "`Streamlit server is not responding. Are you connected to the internet?`": (
            "`服务器没有应答，正在自动重试。请检查网络；几分钟后仍不恢复，请联系管理员。`"
        ),
        "`Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:`": (
            "`服务器没有应答，正在自动重试。如已停止，请在终端重新启动：`"
        ),
        "`streamlit run yourscript.py`": "`streamlit run app.py`",
        "`Connection lost. Please wait for the app to reconnect, then try again.`": "`连接已中断，请等重新连接后再试。`",
        "`Script execution error`": "`页面运行出错`",
        "`No message`": "`没有说明`",
        "`Try again`": "`重试`",
    },
    "StreamlitMarkdown": {
        "?`Help`:": "?`说明`:",
        "`Help for ${": "`说明：${",
        "ariaLabel:c=`Help`": "ariaLabel:c=`说明`",
    },
    "Toolbar": {"label:`Fullscreen`": "label:`全屏`", "`Close fullscreen`": "`退出全屏`"},
    "DataFrame": {
        "label:`Search`": "label:`查找`",
        "`Show/hide columns`": "`显示或隐藏列`",
        "`Select all`": "`全选`",
        "`Type to search`": "`输入要查找的文字`",
        "`Previous Result`": "`上一处`",
        "`Next Result`": "`下一处`",
        "`Close Search`": "`结束查找`",
        "`over 1000`": "`1000 处以上`",
        "`${v.results} result${v.results===1?``:`s`}`": "`${v.results} 处`",
        "`${v.selectedIndex+1} of ${e}`": "`第 ${v.selectedIndex+1} 处，共 ${e}`",
        "`Dataframe column menu`": "`列菜单`",
        "`Copy column name`": "`复制列名`",
        "`Sort ascending`": "`升序`",
        "`Sort descending`": "`降序`",
        "`Statistics`": "`统计`",
        ",`Format`]": ",`格式`]",
        "`Autosize`": "`自动列宽`",
        "`Pin column`": "`固定列`",
        "`Unpin column`": "`取消固定`",
        "`Hide column`": "`隐藏列`",
        "`Values`": "`有值`",
        "`Empty`": "`缺失`",
        "`Distinct`": "`不同值`",
        "`Average`": "`平均`",
        "`Standard deviation`": "`标准差`",
        "`Minimum`": "`最小`",
        "`25th percentile`": "`25% 分位`",
        "`Median`": "`中位数`",
        "`75th percentile`": "`75% 分位`",
        "`Maximum`": "`最大`",
        "`Sum`": "`合计`",
        "`Minimum length`": "`最短`",
        "`Maximum length`": "`最长`",
        "`Average length`": "`平均长度`",
        "`Range`": "`范围`",
        "`Count`": "`个数`",
        "`No data`": "`没有数据`",
        "`Based on sample`": "`按抽样统计`",
        "`Distribution histogram`": "`分布直方图`",
        "`Top values frequency chart`": "`最常见值的次数`",
        "`True/false distribution chart`": "`是与否的次数`",
        "label:`Automatic`": "label:`自动`",
        "label:`Localized`": "label:`按地区习惯`",
        "label:`Plain`": "label:`不分节`",
        "label:`Compact`": "label:`缩写`",
        "label:`Dollar`": "label:`美元`",
        "label:`Euro`": "label:`欧元`",
        "label:`Yen`": "label:`日元`",
        "label:`Percent`": "label:`百分比`",
        "label:`Scientific`": "label:`科学记数`",
        "label:`Accounting`": "label:`会计`",
        "label:`Duration`": "label:`时长`",
        "label:`Distance`": "label:`距今`",
        "label:`Calendar`": "label:`日历`",
    },
    "Multiselect": {
        "locale:`en-US`": "locale:`zh-CN`",
        "`Select all`": "`全选`",
        "`Select ${p.length} matches`": "`选中这 ${p.length} 项`",
        "`No results`": "`没有匹配的选项`",
        "`You can only select up to ${t.maxSelections} ${e}. Remove an option first.`": (
            "`最多选 ${t.maxSelections} 项，请先去掉一项。`"
        ),
        "`Selected values`": "`已选`",
        "`Remove ${e}`": "`去掉${e}`",
        "`Clear all`": "`全部清除`",
        '"aria-label":`Open`': '"aria-label":`打开`',
        "`Multiselect options`": "`选项`",
    },
    "Selectbox": {
        "locale:`en-US`": "locale:`zh-CN`",
        "`No results`": "`没有匹配的选项`",
        "`Clear value`": "`清除`",
        '"aria-label":`Open`': '"aria-label":`打开`',
        "`Selectbox options`": "`选项`",
    },
    "NumberInput": {
        "`Clear value`": "`清除`",
        "`Decrement`": "`减少`",
        "`Increment`": "`增加`",
        "`Number is outside the allowed range. Please enter a value between ${n} and ${r}.`": "`请输入 ${n} 到 ${r} 之间的数。`",
        "`Number is below the allowed range. Please enter a value greater than or equal to ${n}.`": "`请输入不小于 ${n} 的数。`",
        "`Number is above the allowed range. Please enter a value less than or equal to ${r}.`": "`请输入不大于 ${r} 的数。`",
        "`Number is below the allowed range.`": "`数值太小。`",
        "`Number is above the allowed range.`": "`数值太大。`",
    },
    "TextInput": {"`Clear entry`": "`清除`"},
    "FileUploader": {
        "`Drag and drop a file here`": "`松开即选择这个文件`",
        "`Drag and drop files here`": "`松开即选择这些文件`",
        "label:l?`Upload directories`:`Upload`": "label:l?`Upload directories`:`选择文件`",
        "`${T(t,D.Byte,0)} per file`": "`或拖到这里，不超过 ${T(t,D.Byte,0)}`",
        "`${e.type} files are not allowed.`": "`不接受 ${e.type} 文件。`",
        "`Add files`": "`再选文件`",
    },
    "utils": {
        "`Choose an option`": "`请选择`",
        "`Choose options`": "`请选择`",
        "`No options to select`": "`没有可选的项`",
        "`File must be ${$(n,`b`)} or smaller.`": "`文件不能超过 ${$(n,`b`)}。`",
        "`Too many files`": "`文件太多`",
        "`Cancel upload of ${e.name}`": "`停止上传 ${e.name}`",
        "`Remove ${e.name}`": "`去掉 ${e.name}`",
        "`Click to retry upload`": "`点击重新上传`",
    },
}
"""By the kind of a script, a text of it and what stands in its place."""
ADDRESS: Final = re.compile(r".*/static/js/((\w+)\.[\w-]+\.js)")
KEPT: Final = "public, max-age=86400"
"""A day, and not for good as Streamlit's, whose name would not tell that our words have changed; then a browser asks by the tag."""


class Chinese:
    """ASGI middleware: answers with our words in those scripts of Streamlit's that bring words of their own."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the app does, but for these scripts."""
        name = _asked(scope)
        if not name:
            await self.app(scope, receive, send)
            return
        sent, packed = Headers(scope=scope), await asyncio.to_thread(compressed, name)
        tag = f'W/"{hashlib.sha256(packed).hexdigest()[:16]}"'
        headers = {"cache-control": KEPT, "vary": "accept-encoding", "etag": tag}
        if tag in sent.get("if-none-match", ""):
            answer = Response(status_code=304, headers=headers)
        elif "gzip" in sent.get("accept-encoding", ""):
            answer = Response(packed, headers={**headers, "content-encoding": "gzip"}, media_type="text/javascript")
        else:
            answer = Response(spoken(name), headers=headers, media_type="text/javascript")
        await answer(scope, receive, send)


def _asked(scope: Any) -> str:
    """The file's name of a script that has words of its own; empty for anything else."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return ""
    found = ADDRESS.fullmatch(scope["path"])
    return found[1] if found and found[2] in WORDS and (STATIC / "static/js" / found[1]).is_file() else ""


@cache
def compressed(name: str) -> bytes:
    """A script with our words as it goes over the wire."""
    return gzip.compress(spoken(name).encode(), mtime=0)


def spoken(name: str) -> str:
    """A script of Streamlit's, by its file's name, with our words."""
    script = (STATIC / "static/js" / name).read_text(encoding="utf-8")
    for theirs, ours in WORDS[name.partition(".")[0]].items():
        script = script.replace(theirs, ours)
    return script
