"""OpenAI's own worked examples ("Images and vision", "Calculating costs"), and shapes that those leave out."""

from __future__ import annotations

from typing import Any

import pytest

from apps.ai.services.money.image_tokens import of_picture, patches, tiles

GPT_4O: dict[str, Any] = {"base": 85, "tile": 170}
MINI: dict[str, Any] = {"patch": 32, "factor": 1.62, "most": 1536}


@pytest.mark.parametrize(
    ("size", "detail", "tokens"),
    [
        ((1024, 1024), "high", 765),  # scaled to 768×768: 4 tiles
        ((1024, 1024), "auto", 765),
        ((2048, 4096), "high", 1105),  # to 1024×2048, to 768×1536: 6 tiles
        ((4096, 8192), "low", 85),
        ((512, 512), "high", 255),  # not scaled up
        ((150, 150), "high", 255),
        ((513, 512), "high", 425),
        ((768, 768), "high", 765),
        ((3000, 100), "high", 765),  # to 2048×69: 4 tiles in a row
        ((0, 0), "high", 255),
    ],
)
def test_tiles(size: tuple[int, int], detail: str, tokens: int) -> None:
    assert of_picture(GPT_4O, size, detail=detail) == tokens


@pytest.mark.parametrize(
    ("size", "whole"),
    [
        ((1024, 1024), 1024),
        ((1800, 2400), 1452),  # 33×44
        ((512, 512), 256),
        ((32, 32), 1),
        ((33, 32), 2),
        ((65536, 20), 1536),
    ],
)
def test_patches(size: tuple[int, int], whole: int) -> None:
    assert patches(size, side=32, most=1536) == whole


def test_patches_times_the_models_factor() -> None:
    assert of_picture(MINI, (1024, 1024), detail="low") == 1659  # 1658.88 begun
    assert of_picture(MINI, (1024, 1024), detail="high") == 1659
    assert of_picture({**MINI, "factor": 2}, (512, 512), detail="low") == 512


@pytest.mark.parametrize("side", range(1, 6000, 173))
def test_no_picture_costs_more_than_the_largest(side: int) -> None:
    assert tiles((side, 4000)) <= 8
    assert patches((side, 4000), side=32, most=1536) <= 1536


def test_figures_that_people_entered() -> None:
    assert of_picture({"low": 85, "high": 1445}, (9, 9), detail="low") == 85
    assert of_picture({"low": 85, "high": 1445}, (9, 9), detail="auto") == 1445
    assert of_picture({}, (9, 9), detail="low") == 4000
