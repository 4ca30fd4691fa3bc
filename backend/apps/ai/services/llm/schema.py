"""Pydantic models as the strict JSON schemas that Structured Outputs want."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from pydantic import BaseModel


@lru_cache(maxsize=256)
def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON schema: no `$ref`, closed objects, every property required, no titles or defaults.

    The same object for the same model: do not change it. Raises ValueError for a model that contains itself.
    """
    schema = model.model_json_schema()
    return _strict(schema, schema.get("$defs", {}), ())


@lru_cache(maxsize=256)
def schema_text(model: type[BaseModel]) -> str:
    """`strict_schema` as the same bytes every time, for prompts and size estimates."""
    return json.dumps(strict_schema(model), ensure_ascii=False, separators=(",", ":"))


def _strict(node: dict[str, Any], definitions: dict[str, Any], parents: tuple[str, ...]) -> dict[str, Any]:
    if "$ref" in node:
        name = str(node["$ref"]).rsplit("/", 1)[-1]
        if name in parents:
            raise ValueError(f"An answer schema must not contain itself: {name}.")
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        return _strict({**definitions[name], **siblings}, definitions, (*parents, name))
    strict = {
        key: _strict_value(key, value, definitions, parents)
        for key, value in node.items()
        if key not in {"$defs", "title", "default", "const"}
    }
    if "const" in node:
        strict["enum"] = [node["const"]]
    if node.get("type") == "object":
        strict["additionalProperties"] = False
        strict["required"] = list(node.get("properties", {}))
    return strict


def _strict_value(key: str, value: Any, definitions: dict[str, Any], parents: tuple[str, ...]) -> Any:
    if key == "properties":
        return {name: _strict(child, definitions, parents) for name, child in value.items()}
    if key in {"anyOf", "oneOf", "allOf", "prefixItems"}:
        return [_strict(child, definitions, parents) for child in value]
    if key == "items" and isinstance(value, dict):
        return _strict(value, definitions, parents)
    return value
