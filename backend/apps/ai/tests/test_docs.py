"""Every path that the documentation names exists."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

BACKEND = Path(settings.BACKEND_DIR)
ROOT = BACKEND.parent
APP = BACKEND / "apps" / "ai"
#: Where a path may begin.
BASES = (ROOT, BACKEND, APP)
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *BACKEND.glob("apps/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
    ]
)
DOCUMENTS = [path for path in DOCUMENTS if "prompts" not in path.parts]
#: Without placeholders such as `languages/<language>.md`.
QUOTED = re.compile(r"`([^`\s<>]+)`")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
FILE = re.compile(r"[\w./{},*-]+\.(?:py|md|sh|tsv|toml|json|yml|html)|\.[\w.]+\.example")
#: A first part of a path that is ours; what is quoted otherwise may be an address, a branch, a type.
OURS = {path.name for base in BASES if base.is_dir() for path in base.iterdir()}


def _expanded(path: str) -> list[str]:
    """«a/{b,c}.py» is «a/b.py» and «a/c.py»."""
    parts = re.split(r"\{([^}]*)\}", path)
    choices = [part.split(",") if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]


def _named(text: str) -> set[str]:
    quoted = {
        word
        for word in QUOTED.findall(text)
        if FILE.fullmatch(word) or (word.split("/")[0] in OURS and "/" in word)
    }
    return {one for word in quoted for one in _expanded(word)}


def _exists(path: str, document: Path) -> bool:
    return any(next(base.glob(path.rstrip("/")), None) is not None for base in (*BASES, document.parent))


def test_the_documents_are_found_and_name_paths() -> None:
    assert len(DOCUMENTS) >= 12
    named = _named((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"services/runs/pipeline.py", "docs/queue.md", "scripts/bench_llm.sh", "catalog/"} <= named


def test_a_path_that_is_gone_is_seen() -> None:
    assert _named("`services/{judge,judging}.py`, `text/`, `/api/ai/`, `full.title`") == {
        "services/judge.py",
        "services/judging.py",
        "text/",
    }
    assert not _exists("services/judge.py", ROOT / "README.md")
    assert _exists("services/*_checker.py", ROOT / "README.md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    gone = sorted(path for path in _named(text) if not _exists(path, document))
    gone += [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    assert gone == []
