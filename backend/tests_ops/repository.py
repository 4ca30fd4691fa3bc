"""Where the files under test lie, and what they say."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BACKEND = ROOT / "backend"
SCRIPTS = ROOT / "scripts"
COMPOSE_FILES = ("docker-compose.yml", "docker-compose.prod.yml")

INTERPOLATION = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(:?[?-][^}]*)?\}")


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def compose(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text(name))
    return loaded


def strings(node: object) -> list[str]:
    """Every scalar below a node of YAML, keys excluded, as text."""
    if isinstance(node, dict):
        return [line for value in node.values() for line in strings(value)]
    if isinstance(node, list):
        return [line for value in node for line in strings(value)]
    return [] if node is None else [str(node)]


def compose_variables(name: str) -> dict[str, set[str]]:
    """Variable → how it is used: "${A}" → {""}, "${A:-x}" → {":-x"}."""
    found: dict[str, set[str]] = {}
    for line in strings(compose(name)):
        for variable, rest in INTERPOLATION.findall(line):
            found.setdefault(variable, set()).add(rest)
    return found


def env_example() -> dict[str, tuple[str, bool]]:
    """Variable → (value, is it commented out) as `.env.example` lists them."""
    found: dict[str, tuple[str, bool]] = {}
    for line in text(".env.example").splitlines():
        match = re.fullmatch(r"(#?)([A-Z][A-Z0-9_]*)=(.*)", line)
        if match:
            if match[2] in found:
                raise ValueError(f"{match[2]} stands twice in .env.example")
            found[match[2]] = (match[3], bool(match[1]))
    return found


def instructions() -> list[tuple[str, str]]:
    """(INSTRUCTION, arguments) of each line of the Dockerfile, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", text("backend/Dockerfile"))
    lines = [line.split(None, 1) for line in joined.splitlines() if line and not line.startswith("#")]
    return [(words[0], words[1]) for words in lines]
