"""What is installed is pinned by hash, may be shipped, is listed by machine and by page, and has no known hole."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests_ops import licences
from tests_ops.repository import BACKEND, text

ROOT = BACKEND.parent
INDEXES = {"https://pypi.org/simple"}


def blocks(name: str) -> list[str]:
    """A requirement with its hashes."""
    joined = (BACKEND / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("name", ["production.txt", "monitoring.txt", "uv.txt"])
def test_every_package_is_pinned_with_a_hash(name: str) -> None:
    found = blocks(name)
    assert found
    for block in found:
        assert re.match(r"[A-Za-z0-9._-]+==\S+ ", block), block[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block[:80]


def test_the_lock_names_the_public_index_and_a_hash_for_every_file() -> None:
    lock = text("backend/uv.lock")
    assert set(re.findall(r'registry = "([^"]+)"', lock)) == INDEXES
    files = re.findall(r'\{ url = "(https://[^"/]+)/[^"]+"(.*?)\}', lock)
    assert len(files) > 1000
    assert {host for host, _ in files} == {"https://files.pythonhosted.org"}
    assert all("sha256:" in rest for _, rest in files)


def test_every_licence_may_be_shipped() -> None:
    found = licences.installed()
    assert len(found) > 80
    assert {name: licence for name, licence in found.items() if not licences.is_allowed(licence)} == {}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND Apache-2.0", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("LGPL-3.0-only", True),
        ("MPL-2.0", True),
        ("GPL-3.0-or-later", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("AGPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("MIT AND GPL-2.0-only", False),
        ("GPL-2.0-only OR MIT", True),
        ("SSPL-1.0", False),
        ("", False),
        ("see file", False),
    ],
)
def test_what_may_be_shipped(licence: str, allowed: bool) -> None:
    assert licences.is_allowed(licence) is allowed


def test_the_page_of_licences_names_every_package() -> None:
    listed = set(re.findall(r"^\| ([A-Za-z0-9._-]+) \|", text("docs/licences.md"), re.M)) - {"package"}
    assert set(licences.installed()) <= listed


def test_the_bill_of_materials_lists_what_is_installed(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    subprocess.run([ROOT / "scripts/sbom.sh", file], check=True, capture_output=True, timeout=240)
    bill = json.loads(file.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    listed = {one["name"]: one.get("version") for one in bill["components"]}
    pins = licences.pinned()
    assert {name: listed.get(name) for name in pins} == pins
    assert all(
        one.get("purl", "").startswith("pkg:pypi/") for one in bill["components"] if one["name"] in pins
    )


def test_no_package_has_a_known_hole() -> None:
    """Asks PyPI's list of vulnerabilities; without a network it is skipped, and the tests above stand alone."""
    audit = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement",
            BACKEND / "requirements/production.txt",
            "--disable-pip",
            "--no-deps",
            "--progress-spinner",
            "off",
            "--timeout",
            "5",
            "--format",
            "json",
        ],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    try:
        report = json.loads(audit.stdout)
    except json.JSONDecodeError:
        pytest.skip(f"the list of vulnerabilities cannot be reached: {audit.stderr[-200:]}")
    assert {one["name"]: one["vulns"] for one in report["dependencies"] if one.get("vulns")} == {}
