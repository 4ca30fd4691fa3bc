"""Attributes by the category's own schema: what it does not know, allow or see proved is left out, and said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.ai import prompts
from apps.ai.schemas import AttributeClaim
from apps.ai.text.attributes import values
from apps.ai.text.attributes.schema import AttributeSpec, normal_form
from apps.ai.types import ExtractedAttribute, ProductSnapshot

#: Warnings; the name, or name and value, stand after the colon.
UNKNOWN = "attribute_unknown"
NOT_ALLOWED = "attribute_not_allowed"
WITHOUT_EVIDENCE = "attribute_without_evidence"
#: Characters of a name or value in a warning.
_SHOWN = 50


def proven(
    claims: Sequence[AttributeClaim], snapshot: ProductSnapshot
) -> tuple[tuple[ExtractedAttribute, ...], tuple[str, ...]]:
    """Claims whose evidence stands in the source and holds their numbers; a warning for each other."""
    source = _source(snapshot)
    proven = []
    dropped = []
    for claim in claims:
        name, value, evidence = claim.name.strip(), claim.value.strip(), claim.evidence.strip()
        stands = bool(evidence) and _plain(evidence) in source and _numbers(value) <= _numbers(evidence)
        if name and value and stands:
            proven.append(ExtractedAttribute(name, value, evidence))
        else:
            dropped.append(f"{WITHOUT_EVIDENCE}:{name[:50]}")
    return tuple(proven), tuple(dropped)


def stands_in(evidence: str, snapshot: ProductSnapshot) -> bool:
    """Whether the source has these words."""
    return bool(evidence) and _plain(evidence) in _source(snapshot)


def fit(
    found: Sequence[ExtractedAttribute], specs: Sequence[AttributeSpec]
) -> tuple[tuple[ExtractedAttribute, ...], tuple[str, ...]]:
    """Attributes in the schema's names, units and values, in its order, each once; a warning for each other.

    A category without a schema takes all as they are.
    """
    if not specs:
        return tuple(found), ()
    by_name = {normal_form(name): spec for spec in reversed(specs) for name in spec.names}
    warnings: list[str] = []
    fitting: dict[str, ExtractedAttribute] = {}
    for attribute in found:
        spec = by_name.get(normal_form(attribute.name))
        if spec is None:
            warnings.append(f"{UNKNOWN}:{attribute.name[:_SHOWN]}")
            continue
        value = values.fitted(spec, attribute.value, attribute.evidence)
        if not value:
            warnings.append(f"{NOT_ALLOWED}:{spec.name} — {attribute.value[:_SHOWN]}")
        elif spec.name not in fitting:
            fitting[spec.name] = ExtractedAttribute(spec.name, value, attribute.evidence)
    return tuple(_ordered(fitting, specs)), tuple(dict.fromkeys(warnings))


def _ordered(
    fitting: dict[str, ExtractedAttribute], specs: Sequence[AttributeSpec]
) -> Iterator[ExtractedAttribute]:
    for spec in specs:
        if spec.name in fitting:
            yield fitting.pop(spec.name)


def _source(snapshot: ProductSnapshot) -> str:
    """With the description as the question told it, without its markup, and as the supplier wrote it."""
    told = prompts.plain(snapshot.description)
    return _plain("\n".join([snapshot.source_text, snapshot.source_category, told]))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _numbers(text: str) -> set[str]:
    return {number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", text)}
