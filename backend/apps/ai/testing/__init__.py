"""The contract test kit: a host runs it against its own adapter and learns in words what is missing or wrong.

    def test_our_catalogue() -> None:          # with a product, a tree of categories and a person in the database
        assert check_catalog(OurCatalog()) == []

`manage.py ai_check_catalog` does the same on a database that is there. What is written is rolled back.
"""

from __future__ import annotations

from apps.ai.testing.contract import check_catalog

__all__ = ["check_catalog"]
