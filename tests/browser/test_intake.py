"""数据报送 in a real browser: a wrong file is marked, mended, accepted; an open map follows, also when it is withdrawn."""

import datetime as dt
import io
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from data_sources import readers
from data_sources.intake import templates
from data_sources.policy import OPERATOR, Grant
from pages.shared.frame import NOTICED
from tests.browser.conftest import NewPage
from tests.browser.harness import ROOT, open_view, serving, settled
from tests.browser.proxy import Proxy
from tests.data_sources import samples
from tests.data_sources.intake.test_load import NUMBERS

LOOKS = 20
"""So often an open page may look for new data until it has them; the server looks every five seconds."""
YUHANG, XIAOSHAN = "330110", "330109"
MAP = "/talent_map?indicator=training_person_times&window=month&month=2026-10&place=330110"


@pytest.fixture(scope="module")
def database(demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demonstration database."""
    return Path(shutil.copy(demo_database.removeprefix("sqlite:///"), tmp_path_factory.mktemp("writing") / "talent.db"))


@pytest.fixture(scope="module")
def writing(database: Path) -> Iterator[str]:
    """The app over that copy, to which 余杭区's officer may write, for 萧山区 as well.

    At the end no identity number that was sent is left: in the database, what is kept beside it, or the server's log.
    """
    home, url = database.parent, f"sqlite:///{database}"
    readers.add(url, OPERATOR, "yuhang", "余杭区人社局")
    for grant in (Grant("county", YUHANG, exports=True), Grant("submitter", YUHANG), Grant("submitter", XIAOSHAN)):
        readers.grant(url, OPERATOR, "yuhang", grant, weighed=True)
    settings = {
        "TALENT_DB": url, "TALENT_VAR": str(home), "TALENT_PERSON_KEY": "k" * 40,
        "TALENT_SIGN_IN": "header", "TALENT_PROXIES": "127.0.0.1",
    }  # fmt: skip
    with serving(ROOT / "app.py", home / "server.log", settings) as started:
        proxy = Proxy(int(started.url.rpartition(":")[2]), "X-Talent-User: yuhang")
        yield proxy.url
        proxy.close()
    left = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert [number for number in NUMBERS if number.encode() in left] == []


def workbook(folder: Path, *clusters: str) -> Path:
    """A filled template of 余杭区's training of October, a row for each of these clusters."""
    rows = [
        {"person_key": number, "occupation_code": "2-02-38-01", "cluster_code": cluster, "mode": "project",
         "online": True, "started": dt.date(2026, 10, 8), "ended": dt.date(2026, 10, 31), "passed": True}
        for number, cluster in zip(NUMBERS, clusters, strict=False)
    ]  # fmt: skip
    file = folder / "余杭区10月培训.xlsx"
    file.write_bytes(templates.filled("training", rows))
    return file


def marked(page: Page) -> tuple[openpyxl.Workbook, list[tuple[str, str]]]:
    """The marked copy that the page offers, and what its comments say by cell."""
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载标注副本（Excel）").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes()))
    commented = [
        (c.coordinate, c.comment.text) for row in book.worksheets[0].iter_rows(min_row=2) for c in row if c.comment
    ]
    return book, commented


def in_time(page: Page, true: Callable[[], bool]) -> None:
    """Lets time pass for an open page, without touching it, until it is so: its clock goes from one look to the next."""
    for _ in range(LOOKS):
        if true():
            return
        page.clock.fast_forward(NOTICED * 1000)
        page.wait_for_timeout(1000)
    pytest.fail("the open page did not follow")


def card(page: Page) -> str:
    """The value on the open map's card."""
    return page.locator("#place-card .value").inner_text()


def pending(page: Page) -> bool:
    """Whether the page says that something waits to be reviewed."""
    return "待审核" in page.locator(".st-key-frame-top").inner_text()


def upload(page: Page, file: Path) -> None:
    page.set_input_files("input[type=file]", str(file))


def confirm(page: Page, step: str, number: str, reason: str = "") -> None:
    """Takes a step with one submission of the list, named by its number."""
    settled(page)
    chooser = page.get_by_role("combobox", name="要办理的批次")
    chooser.click()
    chooser.fill(number)
    page.get_by_role("option").filter(has_text=number).first.click()
    page.keyboard.press("Escape")
    page.locator(".st-key-step").get_by_text(step, exact=True).click()
    settled(page)
    expect(page.get_by_role("textbox", name="经办人")).to_have_value("余杭区人社局")
    if reason:
        page.get_by_label(f"{step}的原因").fill(reason)
        page.get_by_label(f"{step}的原因").press("Tab")
        settled(page)
    page.get_by_text(f"确认对 1 个批次{step}").click()
    settled(page)
    page.get_by_role("button", name=f"{step} 1 个批次").click()
    page.get_by_text(f"已{step}，数据版本").wait_for()


def test_a_file_is_marked_mended_accepted_and_withdrawn_and_an_open_map_follows(
    visiting: Callable[..., NewPage], writing: str, tmp_path: Path
) -> None:
    new_page = visiting(writing)
    watching = new_page(maps=False)
    watching.clock.install()
    open_view(watching, MAP)
    in_time(watching, lambda: not pending(watching))
    before = card(watching)

    page = open_view(new_page(maps=False), "/intake?place=330110&filed_period=2026-10")
    upload(page, workbook(tmp_path, "C06", "人工智", "C06", "C04"))
    page.get_by_text("共 4 行，1 处错误").wait_for()
    page.get_by_text("“集群代码”不是集群代码的代码或名称：1 处").click()
    book, comments = marked(page)
    ((cell, said),) = comments
    assert "应为" in said
    assert "人工智能" in said
    book.worksheets[0][cell] = "人工智能"
    mended = tmp_path / "改正.xlsx"
    book.save(mended)

    page.get_by_role("button", name="去掉 余杭区10月培训.xlsx").click()
    settled(page)
    upload(page, mended)
    page.get_by_text("共 4 行，0 处错误，0 处提醒。可以报送。").wait_for()
    expect(page.get_by_role("textbox", name="报送人")).to_have_value("余杭区人社局")
    page.get_by_role("button", name="确认报送").click()
    page.get_by_text("已接收 4 行").wait_for()

    in_time(watching, lambda: card(watching).startswith("4"))
    assert pending(watching)
    assert "待审核（1 批）" in watching.locator(".picture-caption").first.inner_text()

    page.get_by_text("报送批次", exact=True).click()
    settled(page)
    filed = page.get_by_test_id("stDataFrame").locator("table tbody tr").nth(0).locator("td").all_inner_texts()
    former = page.get_by_test_id("stDataFrame").locator("table tbody tr").filter(has_text="已被替换")
    replaced = former.first.locator("td").first.inner_text().replace(",", "")
    confirm(page, "撤回", filed[0].replace(",", ""), "数字有误")
    confirm(page, "恢复", replaced)
    in_time(watching, lambda: card(watching) == before)
    assert not pending(watching)


def test_a_click_on_cancel_while_a_file_is_written_leaves_nothing(
    visiting: Callable[..., NewPage], writing: str, database: Path, tmp_path: Path
) -> None:
    def filed() -> list[tuple[int, int]]:
        with closing(sqlite3.connect(database)) as connection:
            counts = "SELECT max(id), max(data_version) FROM submission UNION ALL SELECT count(*), 0 FROM training"
            return connection.execute(counts).fetchall()

    page = open_view(visiting(writing)(maps=False), f"/intake?place={XIAOSHAN}&filed_period=2026-10")
    upload(page, workbook(tmp_path, "C06", "C04"))
    confirming = page.get_by_role("button", name="确认报送")
    confirming.wait_for()
    before = filed()
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # the writing waits, as long as that of a large file takes
        confirming.click()
        page.get_by_role("button", name="取消").click()
        page.get_by_text("正在停止上次报送，请稍候。").wait_for()
        other.execute("ROLLBACK")
    page.get_by_text("上次报送已取消，没有写入任何数据。").wait_for()
    assert filed() == before
    page.get_by_role("button", name="确认报送").click()
    page.get_by_text("已接收 2 行").wait_for()
    (submission, _), _ = filed()
    assert submission == before[0][0] + 1
    samples.withdraw(f"sqlite:///{database}", submission)
