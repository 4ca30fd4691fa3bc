"""Python's garbage collector passes over what the tests are made of.

It walked through all of 9,000 collected tests again and again: a third of the time of their collection, and a sixth of
that of the small tests behind it.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
