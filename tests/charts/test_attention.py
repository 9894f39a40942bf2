"""The lines of 督办清单 and 位次升降."""

from charts import attention


def test_a_move_is_told_with_the_rank_among_all() -> None:
    row = {
        "key": "training_pass_rate",
        "place_code": "330400",
        "value": 91.9,
        "before": 93.2,
        "rank": 9,
        "rank_before": 2,
        "ranked_of": 11,
    }
    assert attention.move(row) == "嘉兴市　合格率 91.9%（原 93.2%），第 2 位 → 第 9／11 位"
