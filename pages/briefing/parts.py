"""The parts of 简报."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import streamlit as st

from briefings import jobs, kinds, office, pictures, this_page
from briefings.jobs import Job
from briefings.kinds import KINDS, Kind
from briefings.making import Asked, Format
from briefings.this_page import WrongPage
from charts import words
from data_sources import looking
from data_sources.cubes import Cubes
from data_sources.policy import PUBLIC
from geo import places
from indicators import options
from indicators.options import ABOUT, AUDIENCE, BRIEFING, EXTENT, FORMATS, OF_BRIEFINGS, listed
from pages.briefing import cached
from pages.overview.parts import month
from pages.shared import downloads, draw, state

JOB = "briefing-job"
ASKED = "briefing-asked"
EVERY = 0.7
OWN = {each.name for each in OF_BRIEFINGS}


@contextmanager
def _for_its_readers() -> Iterator[Cubes]:
    """The cubes that are written from: as who looks sees them, or as anybody may, with no more rights than that."""
    cubes = state.run().cubes
    if state.option(AUDIENCE) == "own":
        yield cubes
    else:
        with looking.by(PUBLIC):
            yield cached.published(cubes)


def making() -> None:
    """The button; while something is made its progress and a way to end it; then the files."""
    job = _job()
    if job is not None and job.running:
        _progress()
        return
    _start()
    if job is not None:
        _result(job)


def of_a_page() -> bool:
    """Whether the document is about what another page shows."""
    return state.option(BRIEFING) == "page"


def preview() -> None:
    """The document's own findings, and what else is in it."""
    if of_a_page():
        _preview_of_page()
        return
    kind, place = _kind(), state.current().place
    if state.option(EXTENT) == "all" or not _fits(kind):
        return
    with _for_its_readers() as cubes:
        found = cached.findings(cubes, kind.name, place, month())
    _said(f"{kinds.title(kind.name, place)}（{words.month_name(month())}）", found)
    st.caption(f"内容：{'、'.join(part.name for part in kind.parts)}、需要关注的事项、数据说明")


def _preview_of_page() -> None:
    try:
        with _for_its_readers() as cubes:
            about, found = cached.findings_of_page(cubes, _url())
    except WrongPage as told:
        st.info(str(told))
        return
    _said(f"{about.title}（{words.month_name(about.month)}）", found)
    st.caption(f"内容：本页的图和表、数据说明。{about.filter}")


def _said(title: str, found: tuple[str, ...]) -> None:
    draw.titled(title)
    st.html(f'<ul class="said" id="findings">{"".join(f"<li>{words.unbroken(text)}</li>" for text in found)}</ul>')


def _url() -> str:
    """The page whose view is written, with the view and the options of this run."""
    run = state.run()
    query = {**state.query_of(run.view), **options.written(run.options)}
    return f"/{state.option(ABOUT)}?{urlencode({k: v for k, v in query.items() if k not in OWN})}"


def _start() -> None:
    formats = listed(state.option(FORMATS))
    if not formats:
        st.info("请至少选择一种格式。")
    for missing in _missing(formats):
        st.caption(missing)
    label, possible = ("生成本页简报", True) if of_a_page() else _wanted()
    st.button(
        label, type="primary", disabled=not formats or not possible, on_click=_begin, key="briefing-make"
    )  # fmt: skip


def _wanted() -> tuple[str, bool]:
    """What the button says, and whether there is such a document."""
    kind = _kind()
    if state.option(EXTENT) == "all":
        return f"生成 {len(kinds.everywhere(kind.name))} 份{kind.name}", True
    if not _fits(kind):
        levels = "或".join(kinds.LEVELS[level] for level in kind.levels)
        st.info(f"“{kind.name}”按{levels}生成，请在左侧“地区”里选择一个。")
    return f"生成{kind.name}", _fits(kind)


def _missing(formats: tuple[str, ...]) -> list[str]:
    """What cannot be made on this machine, said before somebody waits for it."""
    drawn = {"docx", "pptx", "pdf", "png"} & set(formats)
    reasons = [pictures.reason() if drawn else "", office.reason() if "pdf" in formats else ""]
    return [reason for reason in reasons if reason]


def _begin() -> None:
    run = state.run()
    formats: tuple[Format, ...] = listed(state.option(FORMATS))  # type: ignore[assignment]
    if state.option(EXTENT) == "all" and not of_a_page():
        kind = _kind()
        with _for_its_readers():
            job = jobs.every(Asked(kind.name, kinds.everywhere(kind.name), month(), formats))
    else:
        name, url = (this_page.KIND, _url()) if of_a_page() else (_kind().name, "")
        with _for_its_readers() as cubes:
            job = jobs.one(cached.facts(cubes), Asked(name, (run.view.place,), month(), formats, url))
        job.wait(EVERY)  # most are ready by then: no flicker of a progress bar
    state.remember(JOB, job)
    state.remember(ASKED, _asked())


def _asked() -> dict[str, str]:
    """What the files of a job are about, for the record."""
    what = f"本页（{_url()}）" if of_a_page() else _kind().name
    where = EXTENT.allowed["all"] if state.option(EXTENT) == "all" else places.place(state.current().place).name
    return {
        "筛选": f"材料：{what}；地区：{where}；截至{words.month_name(month())}",
        "用途": AUDIENCE.allowed[state.option(AUDIENCE)],
    }


@st.fragment(run_every=EVERY)
def _progress() -> None:
    job = _job()
    if job is None or not job.running:
        st.rerun()
        return
    at = job.progress
    told = f"{at.done}／{at.every}　{at.now}" if at.every else at.now
    st.progress(at.done / at.every if at.every else 0.0, text=told)
    st.button("取消", on_click=job.cancel, key="briefing-cancel")


def _result(job: Job) -> None:
    if job.cancelled:
        st.info("已取消，没有生成文件。")
    elif job.error:
        st.error(f"没有生成：{job.error}")
    asked = state.remembered(ASKED, {})
    for file in job.files:
        downloads.button(
            f"下载 {file.name}", file.name, file.data, lambda name=file.name: {"标题": name, **asked},
            key=f"briefing-{file.name}", icon=":material/download:",
        )  # fmt: skip
    lost = [remark for remark in job.remarks if not remark.made]
    if lost:
        st.warning(f"{len(lost)} 份没有生成：\n\n" + "\n".join(f"- {each.name}：{each.note}" for each in lost))
    for note in dict.fromkeys(remark.note for remark in job.remarks if remark.made):
        st.caption(f"部分内容缺少：{note}")


def _job() -> Job | None:
    found = state.remembered(JOB, None)
    return found if isinstance(found, Job) else None


def _kind() -> Kind:
    """The chosen kind; unless one was chosen, the one that fits the place, and profiles where all places are wanted."""
    chosen = state.option(BRIEFING)
    if chosen == "fitting":
        chosen = "county" if state.option(EXTENT) == "all" else places.place(state.current().place).level
    return KINDS[BRIEFING.allowed[chosen]]


def _fits(kind: Kind) -> bool:
    return places.place(state.current().place).level in kind.levels
