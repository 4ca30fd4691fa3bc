"""Collections of several embedding models side by side, and the alias that says which of them serves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apps.ai.services.vector_store.schema import DENSE, GRAMS, INDEXES, WORDS, Collection

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_REAL_NAME = re.compile(rf"(?:{'|'.join(Collection)})__.+__\d+")


def real_name(collection: Collection, *, model: str, dimensions: int) -> str:
    """Collection, model and dimension."""
    return f"{collection.value}__{re.sub(r'[^A-Za-z0-9._-]+', '-', model)}__{dimensions}"


def create(client: QdrantClient, collection: Collection, name: str, *, dimensions: int, engine: bool) -> bool:
    """Make the collection and its payload indexes when they are missing; says whether it was missing.

    Two at once, or a crash between the steps, end in the same state.
    """
    from qdrant_client import models  # noqa: PLC0415
    from qdrant_client.http.exceptions import UnexpectedResponse  # noqa: PLC0415

    missing = not client.collection_exists(name)
    if missing:
        sparse = [WORDS, GRAMS] if engine else [WORDS]
        try:
            client.create_collection(
                name,
                vectors_config={DENSE: models.VectorParams(size=dimensions, distance=models.Distance.COSINE)},
                sparse_vectors_config={
                    key: models.SparseVectorParams(modifier=models.Modifier.IDF) for key in sparse
                },
            )
        except UnexpectedResponse as error:
            if error.status_code != 409:
                raise
    if engine:  # in memory there are no payload indexes
        for field, schema in INDEXES[collection].items():
            client.create_payload_index(name, field, field_schema=models.PayloadSchemaType(schema), wait=True)
    return missing


def serving(client: QdrantClient) -> dict[str, str]:
    """Real name by alias."""
    return {alias.alias_name: alias.collection_name for alias in client.get_aliases().aliases}


def point_aliases(client: QdrantClient, targets: dict[str, str]) -> None:
    """Make each alias name its target, all in one atomic step; those that do already are left alone."""
    from qdrant_client import models  # noqa: PLC0415

    current = serving(client)
    steps: list[models.CreateAliasOperation | models.DeleteAliasOperation] = []
    for alias, target in targets.items():
        if current.get(alias) == target:
            continue
        if alias in current:
            steps.append(models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias)))
        steps.append(
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name=target, alias_name=alias)
            )
        )
    if steps:
        client.update_collection_aliases(change_aliases_operations=steps)


def superseded(client: QdrantClient, own: dict[str, str]) -> tuple[str, ...]:
    """Collections of other models whose alias has moved on to ours; nothing that still serves."""
    current = serving(client)
    names = (one.name for one in client.get_collections().collections)
    return tuple(
        sorted(
            name
            for name in names
            if _REAL_NAME.fullmatch(name)
            and (alias := name.partition("__")[0]) in own
            and current.get(alias) == own[alias] != name
        )
    )
