"""What is said of a file whose writing was to be stopped is how it ended, however late the click came."""

from threading import Thread
from time import sleep

import pytest
from streamlit.testing.v1 import AppTest

from data_sources.intake.acceptance import Accepted
from data_sources.submissions import RefusedSubmission
from pages.intake.filing import Filing

WRITTEN = Accepted(data_version=7, rows=2, submissions=(31,), replaced=())


class RunEnds(BaseException):
    """As Streamlit ends a run."""


def test_what_was_written_before_the_run_ends_counts_as_written() -> None:
    filing = Filing()
    filing.write(lambda: WRITTEN)
    assert (filing.done, filing.cancelled, filing.ended.is_set()) == (WRITTEN, False, True)


def test_a_refusal_is_kept_for_the_run_that_tells_it() -> None:
    def accept() -> Accepted:
        raise RefusedSubmission(("第 3 行不对",))

    filing = Filing()
    filing.write(accept)
    assert (filing.done, filing.cancelled, filing.ended.is_set()) == (None, False, True)
    assert filing.refused == "数据未写入：第 3 行不对。请改正后重新提交。"


@pytest.mark.parametrize(("error", "cancelled"), [(RunEnds, True), (OSError, False)])
def test_a_run_that_ends_cancels_and_an_error_does_not(error: type[BaseException], cancelled: bool) -> None:
    def accept() -> Accepted:
        raise error

    filing = Filing()
    with pytest.raises(error):
        filing.write(accept)
    assert (filing.done, filing.cancelled, filing.ended.is_set()) == (None, cancelled, True)


@pytest.mark.parametrize(
    ("done", "refused", "cancelled", "said"),
    [
        (
            WRITTEN,
            "",
            False,
            ["已接收 2 行，批次 31，数据版本 v7。上级审核前，含它的数字注明“待审核”；各页面一分钟内更新。"],
        ),
        (None, "", True, ["上次报送已取消，没有写入任何数据。"]),
        (None, "第 3 行不对", False, ["第 3 行不对"]),
        (None, "", False, []),
    ],
)
def test_the_next_run_waits_for_the_end_and_says_it(
    done: Accepted | None, refused: str, cancelled: bool, said: list[str]
) -> None:
    def script(filing: object) -> None:
        from pages.intake import send
        from pages.shared import state

        state.remember("filing", filing)
        send._arrived()

    filing = Filing(done, refused, cancelled)

    def end_later() -> None:
        sleep(0.5)
        filing.ended.set()

    ending = Thread(target=end_later)
    ending.start()
    ran = AppTest.from_function(script, kwargs={"filing": filing}).run(timeout=10)
    ending.join()
    assert not ran.exception
    assert [each.value for each in (*ran.success, *ran.warning, *ran.error)] == said
