"""A county bureau signs in with a real identity service in a real browser, is refused elsewhere, signs out and is out."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from data_sources import audit, readers
from data_sources.audit import Wanted
from data_sources.engine import sqlite_file
from data_sources.policy import OPERATOR, Grant
from tests.browser import seeing
from tests.browser.harness import ROOT, Server, free_port, open_view, serving, settled

YUHANG, CIXI = "330110", "330282"


@pytest.fixture(scope="module")
def url(demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demonstration database with a county's reader."""
    file = tmp_path_factory.mktemp("readers") / "talent.db"
    shutil.copy(sqlite_file(demo_database), file)
    made = f"sqlite:///{file}"
    readers.add(made, OPERATOR, "yuhang", "余杭区人社局")
    readers.grant(made, OPERATOR, "yuhang", Grant("county", YUHANG))
    return made


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A small OpenID Connect provider on loopback."""
    port = free_port()
    serving_it = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        serving_it, env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}, stdout=quiet, stderr=quiet
    ) as process:
        try:
            _until_up(f"http://127.0.0.1:{port}/.well-known/openid-configuration")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def behind_oidc(url: str, issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    var = tmp_path_factory.mktemp("oidc-var")
    settings = {
        "TALENT_DB": url,
        "TALENT_VAR": str(var),
        "TALENT_SIGN_IN": "oidc",
        "TALENT_ADDRESS": "{url}",
        "TALENT_OIDC_ISSUER": issuer,
        "TALENT_OIDC_CLIENT_ID": "talent",
        "TALENT_OIDC_CLIENT_SECRET": "of the test",
        "TALENT_COOKIE_SECRET": "c" * 40,
    }
    with serving(ROOT / "app.py", var / "server.log", settings) as started:
        yield started


def _until_up(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} did not answer")


def _closed(page: Page, why: str) -> None:
    expect(page.get_by_text(why)).to_be_visible(timeout=60_000)
    assert page.get_by_test_id("stDataFrame").count() == 0
    assert page.get_by_test_id("stPageLink").count() == 0


def test_sign_in_be_refused_elsewhere_sign_out_and_be_out(
    browser: Browser, behind_oidc: Server, issuer: str, url: str
) -> None:
    context = browser.new_context(base_url=behind_oidc.url, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    try:
        _round_trip(page, issuer)
    except BaseException:
        print(behind_oidc.said())
        raise
    finally:
        context.close()
    did = audit.entries(url, Wanted(actor="yuhang"))["action"].to_list()
    assert did[0] == "sign_out"
    assert {"sign_in", "detail", "refused"} <= set(did)
    assert not audit.verify(url).findings


def _round_trip(page: Page, issuer: str) -> None:
    page.goto(f"/subsidies?place={YUHANG}&part=payments")  # a deep link on a cold server
    _closed(page, "请先登录")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{issuer}/**")
    page.fill("input[name=sub]", "yuhang")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_text("余杭区人社局", exact=True)).to_be_visible(timeout=60_000)
    settled(page)
    asked = urlsplit(page.url)
    assert (asked.path, parse_qs(asked.query)["part"], parse_qs(asked.query)["place"]) == (
        "/subsidies",
        ["payments"],
        [YUHANG],
    )
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    (signed,) = (c for c in page.context.cookies() if c["name"] == "_streamlit_user")
    assert (signed["httpOnly"], signed["sameSite"]) == (
        True,
        "Lax",
    )  # no script reads it, no other site's form sends it

    seeing.visit(page, "/")
    page.get_by_role("button", name="导出").first.click()
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Excel 工作簿").first.click()
    assert fetched.value.path().read_bytes().startswith(b"PK")  # the browser's cookie says for whom it was made

    seeing.visit(page, f"/subsidies?place={CIXI}&part=payments")
    expect(page.get_by_text("只对本地区和上级开放").first).to_be_visible()
    assert page.get_by_test_id("stDataFrame").count() == 0

    other = page.context.new_page()
    open_view(other, f"/subsidies?place={YUHANG}&part=payments")
    expect(other.get_by_test_id("stDataFrame").first).to_be_visible()

    page.get_by_role("button", name="退出").click()
    page.wait_for_url(f"{issuer}/**")
    page.locator("form button").first.click()
    _closed(page, "请先登录")
    other.get_by_text("资金概况", exact=True).first.click()
    _closed(other, "您已退出登录")
    page.goto(f"/subsidies?place={YUHANG}&part=payments")
    _closed(page, "请先登录")
    page.go_back()
    _closed(page, "请先登录")
