"""Letters that become others."""

import pytest

from apps.ai.text.language.letters import Letters

TABLE = {"ёç": "еc", "–—": "-", "`": "'"}
PLAIN = str.maketrans("ёç–—`", "еc--'")


@pytest.mark.parametrize(
    "text", ["", "ёж", "abc `d`", "Plain ASCII of more than forty letters `quoted`, too"]
)
@pytest.mark.parametrize("times", [1, 30])
def test_every_length_is_replaced_as_translate_does(text: str, times: int) -> None:
    whole = f"{text} ёлка – çay — чай " * times
    assert Letters(TABLE)(whole) == whole.translate(PLAIN)
    assert Letters(TABLE)(text * times) == (text * times).translate(PLAIN)


def test_a_table_whose_letters_become_each_other_is_refused() -> None:
    with pytest.raises(ValueError, match="becomes another"):
        Letters({"ab": "ba"})


def test_as_many_letters_are_wanted_as_are_given() -> None:
    with pytest.raises(ValueError, match="zip"):
        Letters({"abc": "xy"})
