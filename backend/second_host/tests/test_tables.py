from apps.ai.host import created_in


def test_the_apps_tables_wait_for_this_hosts() -> None:
    """Goods came with the third migration; shelves lie in an app that has none."""
    assert created_in("warehouse.Item") == ("warehouse", "0003_goods")
    assert created_in("shelves.Shelf") == ("shelves", "__first__")
