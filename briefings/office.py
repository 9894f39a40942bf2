"""Word as PDF, by LibreOffice where it is installed; otherwise it is said how to get one."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

PROGRAMS: Final = ("soffice", "libreoffice")
SECONDS: Final = 120.0
CURE: Final = "请安装：sudo apt-get install libreoffice-writer，或在 Word 里打开后另存为 PDF"


class PaperUnavailable(RuntimeError):
    """No PDF can be made here; the message is Chinese and says what to install."""


def program() -> str | None:
    """LibreOffice's program, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def reason() -> str:
    """Why no PDF can be made, with the cure; empty when it can."""
    return "" if program() else f"不能生成 PDF：没有找到 LibreOffice。{CURE}。"


def pdf(word: bytes) -> bytes:
    """The pages of a DOCX; raises `PaperUnavailable`. LibreOffice is ended when it takes more than two minutes."""
    path = program()
    if path is None:
        raise PaperUnavailable(reason())
    with tempfile.TemporaryDirectory(prefix="paper-", ignore_cleanup_errors=True) as folder:
        (Path(folder) / "document.docx").write_bytes(word)
        command = [path, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--convert-to", "pdf",
                   "--outdir", folder, f"{folder}/document.docx"]  # fmt: skip
        said = _run(command)
        made = Path(folder) / "document.pdf"
        if not made.exists():
            raise PaperUnavailable(f"LibreOffice 没有生成 PDF：{said.strip()[-200:] or '没有说明原因'}。{CURE}。")
        return made.read_bytes()


def _run(command: list[str]) -> str:
    """What the program said; its whole process group is ended if it hangs."""
    process = subprocess.Popen(  # nosec B603 # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        said, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise PaperUnavailable(
            f"LibreOffice 超过 {SECONDS:.0f} 秒没有完成，已结束。请稍后重试，或改用 Word。"
        ) from None
    return said
