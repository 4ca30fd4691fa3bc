"""The routes of Qdrant's REST API that the client uses, answered by the engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic_core import from_json, to_json

from apps.ai.services.vector_store.embedded.bodies import BadRequestError, Json
from apps.ai.services.vector_store.embedded.engine import ConflictError, Engine, NotFoundError

Answer = Callable[[Engine, str, Json], Any]
#: Method, path, and what answers it: the routes that the client uses.
_ROUTES: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/aliases", lambda engine, name, body: engine.listed_aliases()),
    ("GET", "/collections", lambda engine, name, body: engine.listed()),
    ("POST", "/collections/aliases", lambda engine, name, body: engine.change_aliases(body)),
    ("GET", "/collections/{name}/exists", lambda engine, name, body: engine.exists(name)),
    ("PUT", "/collections/{name}", Engine.create),
    ("DELETE", "/collections/{name}", lambda engine, name, body: engine.drop(name)),
    ("PUT", "/collections/{name}/index", Engine.index),
    ("PUT", "/collections/{name}/points", Engine.upsert),
    ("POST", "/collections/{name}/points", Engine.retrieve),
    ("POST", "/collections/{name}/points/delete", Engine.delete),
    ("POST", "/collections/{name}/points/payload", Engine.set_payload),
    ("POST", "/collections/{name}/points/count", Engine.count),
    ("POST", "/collections/{name}/points/scroll", Engine.scroll),
    ("POST", "/collections/{name}/points/query", Engine.query),
    ("POST", "/collections/{name}/points/query/batch", Engine.query_batch),
)
_PATTERNS = [
    (method, re.compile(re.escape(path).replace(r"\{name\}", "(?P<name>[^/]+)")), answer)
    for method, path, answer in _ROUTES
]


def answered(engine: Engine, method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """Status and JSON body, as the server has them. Raises nothing: what the engine cannot do is a 400."""
    try:
        result = _result(engine, method, path, from_json(body or b"{}"))
    except NotFoundError as error:
        return 404, refusal(str(error))
    except ConflictError as error:
        return 409, refusal(str(error))
    except (BadRequestError, KeyError, TypeError, ValueError, AttributeError) as error:
        return 400, refusal(f"{type(error).__name__}: {error}")
    except Exception as error:  # the engine's own errors are of a class that it does not name
        return 400, refusal(str(error))
    return 200, to_json({"result": result, "status": "ok", "time": 0.0})


def refusal(reason: str) -> bytes:
    return to_json({"status": {"error": reason}})


def _result(engine: Engine, method: str, path: str, body: Json) -> Any:
    for allowed, pattern, answer in _PATTERNS:
        found = pattern.fullmatch(path)
        if found and allowed == method:
            with engine.turn:
                return answer(engine, found.groupdict().get("name", ""), body)
    raise NotFoundError(f"No route {method} {path}")
