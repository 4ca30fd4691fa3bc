from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from apps.parsers.services.fuzzing import fuzz


def test_three_hundred_spoiled_feeds_break_nothing_and_lose_nothing() -> None:
    result = fuzz(count=300, seed=1)
    assert result.problems == []
    assert result.files == 300
    assert result.products > 200 and result.refused > 20 and result.broken > 10


def test_the_command_says_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    call_command("fuzz_parsers", "--count", "18", stdout=out)
    assert out.getvalue().startswith("18 mutated files: ")
    assert out.getvalue().strip().endswith(" 0 problems.")
