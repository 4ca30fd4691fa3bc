"""Licences of what production installs, read from the packages' own metadata; `python -m tests_ops.licences`."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from typing import Any

from tests_ops.repository import BACKEND

#: Licences under which a package may be shipped beside code under MIT. LGPL and MPL bind their own files only; these
#: packages are installed whole and unchanged.
ALLOWED = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|ISCL|PSF|Python|HPND|CMU|Unlicense|CC0|Zlib|MPL|Mozilla|LGPL|Lesser|CNRI)\b",
    re.I,
)
#: What would put the whole shop under its own terms.
FORBIDDEN = re.compile(r"\bA?GPL|GNU General|Affero|SSPL|BUSL|Commons Clause|Proprietary", re.I)
#: Packages whose metadata says nothing or says it ambiguously: what their own LICENSE file says.
JUDGED: dict[str, str] = {}
REQUIREMENTS = ("production.txt", "monitoring.txt")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pinned() -> dict[str, str]:
    """Version by name of every package of the exported requirements."""
    found: dict[str, str] = {}
    for name in REQUIREMENTS:
        found |= dict(_PIN.findall((BACKEND / "requirements" / name).read_text("utf-8")))
    return found


def licence_of(name: str) -> str:
    """By its metadata: the SPDX expression, the classifiers, or the first line of the free field; "" when unknown."""
    if name in JUDGED:
        return JUDGED[name]
    told: Any
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if expression := told.get("License-Expression"):
        return str(expression)
    classes = [
        one.split(" :: ")[-1] for one in told.get_all("Classifier") or () if one.startswith("License ::")
    ]
    named = [one for one in classes if one != "OSI Approved"]
    return "; ".join(named) or (told.get("License") or "").strip().split("\n")[0][:80]


def is_allowed(licence: str) -> bool:
    """A choice of licences ("A OR B") needs one that is allowed; several that bind together need all."""
    choices = re.split(r"\s+OR\s+", licence, flags=re.I)
    return any(ALLOWED.search(one) and not FORBIDDEN.search(one) for one in choices)


def installed() -> dict[str, str]:
    """Licence by name; a package for another platform is not there, and is left out."""
    return {name: licence_of(name) for name in sorted(pinned()) if name in JUDGED or _is_here(name)}


def _is_here(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def page() -> str:
    rows = "".join(f"| {name} | {licence} |\n" for name, licence in installed().items())
    return (
        "# Licences of dependencies\n\nWhat production installs (`backend/requirements/`), by the packages' own "
        "metadata; made by `scripts/licences.sh`. The shop is under MIT.\n\n"
        f"| package | licence |\n|---|---|\n{rows}"
    )


if __name__ == "__main__":
    print(page(), end="")
    wrong = {name: licence for name, licence in installed().items() if not is_allowed(licence)}
    if wrong:
        sys.exit(f"Not allowed, or not known: {wrong}")
