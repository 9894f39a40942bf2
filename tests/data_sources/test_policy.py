"""The rules of who may see what, written out for every role against every kind of place."""

import pytest

from data_sources import policy
from data_sources.policy import Grant, Reader, WrongGrant
from data_sources.vocabulary import DEPARTMENT_THEMES, ROLES

PROVINCE, HANGZHOU, YUHANG, XIHU, NINGBO, CIXI = "330000", "330100", "330110", "330106", "330200", "330282"
EVERYWHERE = (PROVINCE, HANGZHOU, YUHANG, XIHU, NINGBO, CIXI)


def reader(*grants: Grant) -> Reader:
    return Reader("someone", "某人", frozenset(grants))


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (Grant("county", YUHANG), {YUHANG}),
        (Grant("prefecture", HANGZHOU), {HANGZHOU, YUHANG, XIHU}),
        (Grant("province", PROVINCE), set(EVERYWHERE)),
        (Grant("department", PROVINCE, "funds"), set(EVERYWHERE)),
        (Grant("department", PROVINCE, "training"), set()),
        (Grant("submitter", YUHANG), {YUHANG}),
        (Grant("approver", HANGZHOU), {HANGZHOU, YUHANG, XIHU}),
        (Grant("administrator", PROVINCE), set()),
    ],
)
def test_payments_are_open_to_the_place_itself_and_to_those_above(given: Grant, seen: set[str]) -> None:
    opened = policy.detail_places(reader(given), "subsidy")
    assert opened & set(EVERYWHERE) == seen
    assert policy.may_look(reader(given))


def test_without_a_grant_nothing_is_open() -> None:
    assert not policy.may_look(reader())
    assert policy.detail_places(reader(), "subsidy") == frozenset()
    assert policy.export_places(reader(), "subsidy") == frozenset()
    assert not policy.may_submit(reader(), YUHANG)
    assert not policy.may_administer(reader())


def test_seeing_is_not_taking_along() -> None:
    sees = reader(Grant("county", YUHANG))
    takes = reader(Grant("county", YUHANG, exports=True), Grant("county", CIXI))
    assert policy.export_places(sees, "subsidy") == frozenset()
    assert policy.export_places(takes, "subsidy") == {YUHANG}
    assert policy.detail_places(takes, "subsidy") == {YUHANG, CIXI}


def test_a_submitter_files_within_his_place_and_nobody_reviews_his_own_filing() -> None:
    both = reader(Grant("submitter", YUHANG), Grant("approver", HANGZHOU))
    assert [place for place in EVERYWHERE if policy.may_submit(both, place)] == [YUHANG]
    assert policy.may_approve(both, XIHU, "another")
    assert not policy.may_approve(both, XIHU, both.subject)
    assert not policy.may_approve(both, CIXI, "another")
    assert not policy.may_submit(reader(Grant("county", YUHANG)), YUHANG)


def test_only_an_administrator_manages() -> None:
    assert [role for role in ROLES if policy.may_administer(reader(Grant(role, PROVINCE)))] == ["administrator"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (Grant("county", HANGZHOU), "层级不符"),
        (Grant("prefecture", YUHANG), "层级不符"),
        (Grant("province", YUHANG), "层级不符"),
        (Grant("county", YUHANG, "funds"), "其他角色不分主题"),
        (Grant("department", PROVINCE), "须指明一个主题"),
        (Grant("emperor", PROVINCE), "没有角色"),
        (Grant("department", PROVINCE, "weather"), "没有主题"),
    ],
)
def test_grants_that_do_not_fit_together_are_refused(wrong: Grant, why: str) -> None:
    with pytest.raises(WrongGrant, match=why):
        policy.checked(wrong)


def test_every_theme_and_role_is_ruled() -> None:
    assert set(policy.THEME_TABLES) == set(DEPARTMENT_THEMES) - {"all"}
    assert set(policy.LEVEL_OF_ROLE) == set(ROLES)


def test_a_reader_is_at_home_in_the_highest_place_granted() -> None:
    assert reader(Grant("county", CIXI), Grant("prefecture", HANGZHOU)).home == HANGZHOU
    assert reader(Grant("county", CIXI)).home == CIXI


def test_grants_of_several_places_that_are_not_one_are_doubted() -> None:
    yuhang, linping, cixi = (Grant("county", code) for code in ("330110", "330113", "330282"))
    hangzhou, ningbo = Grant("prefecture", "330100"), Grant("prefecture", "330200")
    office, filing = Grant("administrator", "330000"), Grant("submitter", "330110")
    sound = [(yuhang,), (yuhang, filing), (yuhang, office), (yuhang, linping, hangzhou)]
    doubted = {(yuhang, linping): "余杭区、临平区", (yuhang, cixi): "余杭区、慈溪市", (hangzhou, ningbo): "杭州市、宁波市",
               (hangzhou, yuhang, cixi): "杭州市、慈溪市"}  # fmt: skip
    told = lambda grants: policy.doubts(Reader("two", "两地", frozenset(grants)))  # noqa: E731
    assert [told(grants) for grants in sound] == [""] * len(sound)
    assert all(f"“two”可看{named}的明细" in told(grants) for grants, named in doubted.items())
