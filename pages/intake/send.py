"""报送文件: template, upload, what was understood, what is wrong, and the acceptance."""

from typing import Any

import streamlit as st

from data_sources import looking, policy
from data_sources.deadlines import deadlines
from data_sources.intake import acceptance, declarations, people, permitted, preview, reading, refusals, templates
from data_sources.intake.asked import Asked
from data_sources.intake.cells import Upload
from data_sources.intake.declarations import Layout
from data_sources.intake.preview import Preview
from data_sources.policy import NotPermitted
from data_sources.settings import settings
from geo import places
from pages.intake import choices, previewed
from pages.intake.filing import Filing
from pages.shared import downloads, state
from pages.shared.screen import Screen

KINDS = ["xlsx", "xls", "csv", "zip"]
ENOUGH = 0.9
"""From this share on nothing may interrupt any more: what follows is the commit."""
LOOK_SECONDS = 0.2
"""So often is looked whether a filing that is to stop has ended."""


def shown(screen: Screen) -> None:
    """From the choice of a table to the acceptance of a file."""
    _arrived()
    asked = choices.asked()
    if asked is None:
        return
    layout = declarations.layout(asked.table)
    _template(layout)
    if _closed(asked):
        return
    if layout.personal and not _keyed():
        return
    file = st.file_uploader(
        f"上传{places.place(asked.place_code).name}的“{layout.label}”文件",
        KINDS,
        key=f"filing-upload-{state.remembered('uploads', 0)}",
        help="Excel（.xlsx、.xls）、CSV（UTF-8 或 GBK）或含 CSV 的 ZIP；列的顺序和名称不必与模板相同。",
    )
    if file is None:
        state.remember("examined", None)
        return
    found = _examined(file, asked)
    if found is not None:
        previewed.shown(*found, layout)
        _accepting(*found, asked)


def _template(layout: Layout) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        downloads.button(
            f"下载“{layout.label}”模板",
            f"{layout.label}报送模板.xlsx",
            lambda: templates.template(layout.table),
            lambda: {"标题": f"{layout.label}报送模板"},
            key="filing-template",
        )
        with st.popover("填写要求"):
            st.markdown("\n".join(f"- {'提醒' if rule.warning else '必须'}：{rule.says}" for rule in layout.rules))
        due = deadlines().get(layout.table)
        st.caption(f"报送期限：{due.wording}" if due else "不按月考核期限")


def _closed(asked: Asked) -> bool:
    """Whether whoever works here may file nothing for the place; then it is said before a file is chosen."""
    try:
        permitted.examining(asked)
    except NotPermitted as refusal:
        st.info(str(refusal))
        return True
    return False


def _keyed() -> bool:
    """Whether identity numbers can be hashed; else says what the operator must do."""
    try:
        people.key()
    except people.MissingKey as error:
        st.warning(f"这张表含身份证件号码，暂时不能报送，请联系运维人员。{error}")
        return False
    return True


def _examined(file: Any, asked: Asked) -> tuple[Upload, Preview] | None:
    """The file as understood, kept for the session until file, table, period, place or data change."""
    key = (file.file_id, asked, state.run().cubes.version)
    kept = state.remembered("examined", None)
    if kept and kept[0] == key:
        return (kept[1], kept[2])
    state.remember("examined", None)
    url, department = settings().url, acceptance.department(asked.place_code)
    bar = st.progress(0.0, "读取文件")
    try:
        upload = reading.upload(file.name, file.getvalue())
        seen = preview.examined(url, upload, asked, lambda share, stage: bar.progress(share, stage) and None)
    except reading.UnusableUpload as error:
        kept = refusals.record_unread(url, file.name, file.getvalue(), asked, str(error), department=department)
        st.error(f"{error}" + ("已记作一次退回。" if kept else ""))
        return None
    except people.MissingKey as error:
        st.error(str(error))
        return None
    finally:
        bar.empty()
    state.remember("examined", (key, upload, seen))
    refusals.record(url, upload, asked, seen, department=department)
    return upload, seen


def _accepting(upload: Upload, seen: Preview, asked: Asked) -> None:
    if seen.problems:
        return
    if looking.current() == policy.EVERYBODY:
        st.info(permitted.UNSIGNED)
        return
    reason = previewed.explained(seen)
    left, right = st.columns(2)
    with left:
        usual = acceptance.department(asked.place_code)
        department = st.text_input("报送部门", usual, max_chars=60, key=f"filing-department-{asked.place_code}")
    with right:
        choices.clerk("报送人")
    ready = bool(department.strip()) and (reason is not None or not seen.warnings)
    if not ready:
        st.caption("填写报送部门" + ("，勾选提醒并说明原因" if seen.warnings else "") + "后可以报送。")
    if st.button("确认报送", type="primary", disabled=not ready, key="filing-accept"):
        _accept(upload, seen, asked, department.strip(), reason)


def _accept(upload: Upload, seen: Preview, asked: Asked, department: str, reason: str | None) -> None:
    """Accept; a click on 取消 interrupts at the next step, and the transaction leaves nothing behind."""
    bar = st.progress(0.0, "开始写入")
    st.button("取消", key="filing-cancel")
    filing = Filing()
    state.remember("filing", filing)

    def tell(share: float, stage: str) -> None:
        if share < ENOUGH:
            bar.progress(share, stage)

    filing.write(
        lambda: acceptance.accept(settings().url, upload, asked, seen, department=department, tell=tell, reason=reason)
    )
    st.rerun()


def _arrived() -> None:
    """What became of the last file of this session, once it has come to its end."""
    filing: Filing | None = state.remembered("filing", None)
    if filing is None:
        return
    waiting = st.empty()
    while not filing.ended.wait(LOOK_SECONDS):
        waiting.info("正在停止上次报送，请稍候。")
    waiting.empty()
    if filing.cancelled:
        st.warning("上次报送已取消，没有写入任何数据。")
    if filing.refused:
        st.error(filing.refused)
    if filing.done is not None:
        done = filing.done
        state.remember("uploads", int(state.remembered("uploads", 0)) + 1)
        old = f"，替换批次 {'、'.join(map(str, done.replaced))}" if done.replaced else ""
        st.success(
            f"已接收 {done.rows:,} 行，批次 {'、'.join(map(str, done.submissions))}{old}，数据版本 v{done.data_version}。"
            "上级审核前，含它的数字注明“待审核”；各页面一分钟内更新。"
        )
    state.remember("filing", None)  # once it has been said
