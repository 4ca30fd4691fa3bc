"""The lock: complete, hashed, without a registry of some machine; what pip reads says the same."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests_ops.repository import BACKEND, text

EXPORTS = {
    "production": ("--group", "production"),
    "monitoring": ("--only-group", "monitoring"),
    "uv": ("--only-group", "uv"),
}
UV = Path(sys.executable).with_name("uv")


def uv(*arguments: str) -> str:
    done = subprocess.run([UV, *arguments], cwd=BACKEND, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def export(*groups: str) -> str:
    return uv("export", "--quiet", "--frozen", "--no-header", *groups)


def packages(*groups: str) -> set[str]:
    """Names of what these groups install."""
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", export(*groups), re.MULTILINE))


def lock() -> dict[str, Any]:
    return tomllib.loads(text("backend/uv.lock"))


def addresses(node: object) -> set[str]:
    """Every address below a node."""
    if isinstance(node, dict):
        return set().union(*map(addresses, node.values()))
    if isinstance(node, list):
        return set().union(*map(addresses, node))
    return {node} if isinstance(node, str) and "://" in node else set()


def test_the_lock_is_what_pyproject_asks_for() -> None:
    uv("lock", "--check", "--offline", "--no-config", "--default-index", "https://pypi.org/simple")


@pytest.mark.parametrize("name", EXPORTS)
def test_pip_reads_what_is_locked(name: str) -> None:
    assert text(f"backend/requirements/{name}.txt") == export(*EXPORTS[name])


def test_there_is_no_other_list_of_packages() -> None:
    assert {path.stem for path in (BACKEND / "requirements").iterdir()} == set(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_pip_checks_the_hash_of_every_file_and_is_told_no_index(name: str) -> None:
    exported = text(f"backend/requirements/{name}.txt")
    blocks = re.split(r"^(?=[a-z0-9])", exported, flags=re.MULTILINE)
    assert [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", exported)


def test_the_lock_names_the_public_index_alone() -> None:
    hosts = {(urlsplit(address).scheme, urlsplit(address).netloc) for address in addresses(lock())}
    assert hosts == {("https", "pypi.org"), ("https", "files.pythonhosted.org")}


def test_every_locked_file_has_a_hash() -> None:
    files = [
        file
        for package in lock()["package"]
        for file in [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    ]
    assert len(files) > 1000
    assert [file["url"] for file in files if not file["hash"].startswith("sha256:")] == []


def test_dev_contains_the_rest_so_that_the_demo_after_a_test_installs_nothing() -> None:
    assert packages() | packages("--group", "production") <= packages("--group", "dev")


def test_the_application_imports_only_what_production_installs() -> None:
    """The tests have dev's packages as well: what only those bring in is missing in the demo and in production.

    `config/monitoring.py` alone imports what its setting asks for (requirements/monitoring.txt).
    """
    installed = packages("--group", "production") | packages("--only-group", "monitoring")
    providers = packages_distributions()
    missing = {
        module: sorted(paths)
        for module, paths in _imported().items()
        if not {name.lower().replace("_", "-") for name in providers.get(module, [module])} & installed
    }
    assert missing == {}


def _imported() -> dict[str, set[str]]:
    """Third-party modules that the application names anywhere, lazy imports included, and where."""
    own = {path.name for path in BACKEND.iterdir()}
    found: dict[str, set[str]] = {}
    for folder in ("apps", "config", "utils"):
        for path in (BACKEND / folder).rglob("*.py"):
            if "tests" in path.parts:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                    node.body = []  # never run
            for node in ast.walk(tree):
                for name in _names(node):
                    if name not in own and name not in sys.stdlib_module_names:
                        found.setdefault(name, set()).add(str(path.relative_to(BACKEND)))
    return found


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.partition(".")[0]]
    return []
