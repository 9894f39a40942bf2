"""What is said of a file whose writing was to be stopped is how it ended, however late the click came."""

from threading import Thread
from time import sleep

import pytest
from streamlit.testing.v1 import AppTest

from data_sources.intake.acceptance import Accepted
from pages.intake.filing import Filing

WRITTEN = Accepted(data_version=7, rows=2, submissions=(31,), replaced=())


class RunEnds(BaseException):
    """As Streamlit ends a run."""


def test_what_was_written_before_the_run_ends_counts_as_written() -> None:
    filing = Filing()
    assert filing.write(lambda: WRITTEN) is WRITTEN
    assert (filing.done, filing.cancelled, filing.ended.is_set()) == (WRITTEN, False, True)


@pytest.mark.parametrize(("error", "cancelled"), [(RunEnds, True), (OSError, False)])
def test_a_run_that_ends_cancels_and_an_error_does_not(error: type[BaseException], cancelled: bool) -> None:
    def accept() -> Accepted:
        raise error

    filing = Filing()
    with pytest.raises(error):
        filing.write(accept)
    assert (filing.done, filing.cancelled, filing.ended.is_set()) == (None, cancelled, True)


@pytest.mark.parametrize(
    ("done", "cancelled", "said"),
    [
        (
            WRITTEN,
            False,
            ["已接收 2 行，批次 31，数据版本 v7。上级审核前，含它的数字注明“待审核”；各页面一分钟内更新。"],
        ),
        (None, True, ["上次报送已取消，没有写入任何数据。"]),
        (None, False, []),
    ],
)
def test_the_next_run_waits_for_the_end_and_says_it(done: Accepted | None, cancelled: bool, said: list[str]) -> None:
    def script(filing: object) -> None:
        from pages.intake import send
        from pages.shared import state

        state.remember("filing", filing)
        send._arrived()

    filing = Filing(done, cancelled)

    def end_later() -> None:
        sleep(0.5)
        filing.ended.set()

    ending = Thread(target=end_later)
    ending.start()
    ran = AppTest.from_function(script, kwargs={"filing": filing}).run(timeout=10)
    ending.join()
    assert not ran.exception
    assert [each.value for each in (*ran.success, *ran.warning)] == said
