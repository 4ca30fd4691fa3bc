"""The fit of the signs' weights, on a few made-up sentences."""

from benchmarks import order_weights

ORDER = (True, 1.0, (("of_step", ""), ("of_mind", ""), ("of_step", "of_mind")))
LINE = (False, 1.0, (("of_game", ""), ("of_mind", "")))


def test_what_orders_have_and_lines_have_not_weighs_for_an_order() -> None:
    bias, weights = order_weights.fit([ORDER, LINE] * 40)

    assert weights["of_step", ""] > 0 > weights["of_game", ""]
    total = {
        is_order: bias + sum(weights.get(sign, 0.0) for sign in signs) for is_order, _, signs in (ORDER, LINE)
    }
    assert total[True] > 0 > total[False]


def test_a_rare_sign_weighs_nothing() -> None:
    rare = (True, 1.0, (("of_we", ""),))
    _, weights = order_weights.fit([*[ORDER, LINE] * 10, rare])

    assert ("of_we", "") not in weights


def test_the_same_sentences_give_the_same_weights() -> None:
    assert order_weights.fit([ORDER, LINE] * 10) == order_weights.fit([ORDER, LINE] * 10)


def test_the_goods_before_an_order_are_none() -> None:
    assert order_weights._spoken("Чайник, 1,7 л. Категорию ставь любую.") == ["категорию ставь любую."]
    assert order_weights._spoken("Категорию ставь любую. Чайник.") == ["категорию ставь любую.", "чайник."]
