"""ops/prometheus/alerts.yml: it parses, every rule has its cure, and every metric it names is one of /metrics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.ai.health.figures import ShopCollector

SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def _rules(settings: Any) -> list[dict[str, Any]]:
    content = (Path(settings.REPOSITORY_DIR) / "ops/prometheus/alerts.yml").read_text(encoding="utf-8")
    return [rule for group in yaml.safe_load(content)["groups"] for rule in group["rules"]]


@pytest.mark.django_db
def test_every_metric_of_the_rules_is_given(settings: Any) -> None:
    given = {family.name + end for family in ShopCollector().collect() for end in SUFFIXES[family.type]}
    for rule in _rules(settings):
        named = set(re.findall(r"\b(?:ai|parsers)_[a-z_]+", rule["expr"]))
        assert named, rule["alert"]
        assert named <= given, rule["alert"]


def test_every_rule_says_what_to_do(settings: Any) -> None:
    rules = _rules(settings)
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["annotations"]["summary"], rule["alert"]
        assert rule["annotations"]["cure"], rule["alert"]
