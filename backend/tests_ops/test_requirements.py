"""The locked requirements: complete, hashed, and one environment serves all three files."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests_ops.repository import BACKEND, text

NAMES = ("base", "dev", "production", "uv")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+?)( ; [^\\]*)?(?: \\)?$", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str, str]]:
    """(package, version, marker)"""
    return {
        (m[1], m[2], (m[3] or "").strip()) for m in PIN.finditer(text(f"backend/requirements/{name}.txt"))
    }


def wanted(name: str) -> set[str]:
    found: set[str] = set()
    for line in text(f"backend/requirements/{name}.in").splitlines():
        if line.startswith("-r "):
            found |= wanted(line.removeprefix("-r ").removesuffix(".in"))
        elif line and not line.startswith("#"):
            found.add(re.split(r"[\[<>=;, ]", line, maxsplit=1)[0].lower().replace("_", "-"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wanted_is_locked(name: str) -> None:
    assert wanted(name) - {package for package, _, _ in pins(name)} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_has_a_hash(name: str) -> None:
    blocks = re.split(r"^(?=[a-z0-9])", text(f"backend/requirements/{name}.txt"), flags=re.MULTILINE)
    unhashed = [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
    assert unhashed == []


def test_dev_contains_base_so_that_the_demo_after_a_test_installs_nothing() -> None:
    versions = {(package, version) for package, version, _ in pins("dev")}
    assert {(package, version) for package, version, _ in pins("base")} - versions == set()


def test_production_runs_the_versions_that_were_tested() -> None:
    tested = {package for package, _, _ in pins("dev")}
    versions = {(package, version) for package, version, _ in pins("dev")}
    untested = {(p, v) for p, v, _ in pins("production") if p in tested} - versions
    assert untested == set()


@pytest.mark.parametrize("name", NAMES)
def test_no_lock_names_a_registry(name: str) -> None:
    assert not re.search(
        r"https?://|--(extra-)?index-url|--find-links", text(f"backend/requirements/{name}.txt")
    )


def test_the_application_imports_only_what_base_installs() -> None:
    """The tests have dev's packages as well: what only those bring in is missing in the demo and in production."""
    installed = {package for package, _, _ in pins("base") | pins("production")}
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
