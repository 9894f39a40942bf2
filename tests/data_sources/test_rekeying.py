"""A new key for persons: everyone who was told apart or recognised before still is, whatever breaks the change off."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from data_sources import cli, copying, demo, engine, health, rekeying, submissions
from data_sources.intake import people
from data_sources.settings import settings
from tests.data_sources import samples

OLD, NEW, NEWER = "o" * 40, "n" * 40, "m" * 40
NUMBERS = pl.Series(["11010519491231002X", None, "440524188001010014", "11010519491231002X"])


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets the newest key and those before it."""

    def given(newest: str, *former: str) -> None:
        monkeypatch.setenv("TALENT_PERSON_KEY", newest)
        monkeypatch.setenv("TALENT_FORMER_PERSON_KEYS", " ".join(former))
        settings.cache_clear()

    yield given
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def url(fresh_url: str) -> str:
    """A small demonstration database of either kind, with a certificate that has its number's key."""
    made = demo.make(0.001, 7)
    samples.migrated(fresh_url)
    marked = made.facts["certificate"].with_columns(
        certificate_key=pl.when(pl.int_range(pl.len()) < 3).then(pl.lit("c" * 32))
    )
    submissions.write(fresh_url, made.submissions, {**made.facts, "certificate": marked})
    return fresh_url


def _persons(url: str, name: str) -> list[str | None]:
    query = f"SELECT person_key FROM {name} ORDER BY place_code, submission_id, row_number"
    return engine.frame(url, query, {"person_key": pl.String})["person_key"].to_list()


def test_numbers_give_the_keys_that_the_change_gave_and_the_former_key_alone_does_not(
    keys: Callable[..., None],
) -> None:
    keys(OLD)
    before = people.keyed(NUMBERS)
    certificates = people.certificates(NUMBERS)
    keys(NEW, OLD)
    after = people.keyed(NUMBERS)
    assert after.to_list() == people.turned(before).to_list()
    assert people.certificates(NUMBERS).to_list() == people.turned(certificates).to_list()
    assert (after[1], after[0] == after[3], after[0] == after[2]) == (None, True, False)
    keys(NEW)
    assert people.keyed(NUMBERS)[0] not in (before[0], after[0])
    keys(NEWER, OLD, NEW)
    assert people.keyed(NUMBERS).to_list() == people.turned(after).to_list()


def test_a_new_key_changes_every_key_once(
    url: str, keys: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    keys(NEW, OLD)
    before = {name: _persons(url, name) for name in rekeying.HASHED}
    assert cli.main(["rekey", "--db", url]) == cli.OK
    assert "certificate  certificate_key            3 个           1 种 相符" in capsys.readouterr().out
    for name, former in before.items():
        assert _persons(url, name) == people.turned(pl.Series(former, dtype=pl.String)).to_list()
    assert health.examine(url).state == "ready"
    assert cli.main(["rekey", "--db", url]) == cli.WRONG
    assert "不必再换" in capsys.readouterr().err
    keys(NEWER, NEW, OLD)
    assert cli.main(["rekey", "--db", url]) == cli.WRONG
    assert "按换用的先后写全" in capsys.readouterr().err


def test_a_change_that_is_broken_off_closes_the_database_and_goes_on_where_it_was(
    url: str, keys: Callable[..., None]
) -> None:
    keys(NEW, OLD)
    before = {name: _persons(url, name) for name in rekeying.HASHED}

    class Broken(Exception):
        pass

    def until(stage: str) -> Callable[[float, str], None]:
        def tell(_: float, now: str) -> None:
            if stage in now:
                raise Broken

        return tell

    for stage in ("更换 certificate", "更换 employment", "核对 training"):
        with pytest.raises(Broken):
            rekeying.rekey(url, until(stage))
        found = health.examine(url)
        assert not found.usable
        assert "重新运行同一命令" in found.message
    keys(NEWER, OLD)
    with pytest.raises(rekeying.CannotRekey, match="另一个新密钥"):
        rekeying.rekey(url, lambda *_: None)
    keys(NEW, OLD)
    assert all(each.right for each in rekeying.rekey(url, lambda *_: None))
    for name, former in before.items():
        assert _persons(url, name) == people.turned(pl.Series(former, dtype=pl.String)).to_list()
    assert health.examine(url).state == "ready"


def test_what_stayed_under_the_former_key_keeps_the_database_closed(
    fresh_sqlite: str, keys: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    keys(NEW, OLD)
    samples.migrated(fresh_sqlite)
    submissions.write(fresh_sqlite, samples.frame("submission", samples.submission()), samples.two_person_times())
    undone = rekeying._change

    def forgetting(url: str, name: str, columns: tuple[str, ...]) -> None:
        if name != "training":
            undone(url, name, columns)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rekeying, "_change", forgetting)
        assert cli.main(["rekey", "--db", fresh_sqlite]) == cli.WRONG
    assert "未换 2" in capsys.readouterr().out
    assert not health.examine(fresh_sqlite).usable


def test_without_a_former_key_nothing_begins(fresh_sqlite: str, keys: Callable[..., None]) -> None:
    keys(NEW)
    samples.migrated(fresh_sqlite)
    with pytest.raises(rekeying.CannotRekey, match="TALENT_FORMER_PERSON_KEYS"):
        rekeying.rekey(fresh_sqlite, lambda *_: None)
    assert health.examine(fresh_sqlite).usable


def test_a_copy_knows_its_key_too_and_no_other_fits(
    fresh_sqlite: str, fresh_postgres: str, keys: Callable[..., None]
) -> None:
    keys(NEW, OLD)
    samples.migrated(fresh_sqlite)
    assert rekeying.fits(fresh_sqlite)
    rekeying.rekey(fresh_sqlite, lambda *_: None)
    copying.copy(fresh_sqlite, fresh_postgres, lambda *_: None)
    assert rekeying.fits(fresh_postgres)
    keys(OLD)
    assert (rekeying.fits(fresh_sqlite), rekeying.fits(fresh_postgres)) == (False, False)


def test_no_file_is_loaded_under_another_key(
    fresh_sqlite: str, keys: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys(NEW, OLD)
    samples.migrated(fresh_sqlite)
    rekeying.rekey(fresh_sqlite, lambda *_: None)
    keys(OLD)
    file = tmp_path / "培训.csv"
    file.write_text("身份证件号码,开始日期\n11010519491231002X,2026-10-08\n", encoding="utf-8")
    asked = ["--table", "training", "--place", "330110", "--period", "2026-10", "--department", "某局"]
    assert cli.main(["load", str(file), *asked, "--db", fresh_sqlite]) == cli.WRONG
    assert "不是库中人员标识现用的密钥" in capsys.readouterr().err
