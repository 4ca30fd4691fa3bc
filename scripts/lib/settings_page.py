"""docs/settings.md, made of .env.example: one table a section. usage: settings_page.py > docs/settings.md"""

from __future__ import annotations

import re
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"
SECTION = re.compile(r"# --- (.+?) -+")
VARIABLE = re.compile(r"(#?)([A-Z][A-Z0-9_]*)=(.*)")
HEAD = """# Settings

Environment variables, read from `.env` or from the process; made from `.env.example` by
`scripts/lib/settings_page.py`, so change that file. A value that cannot be read and a variable that nothing reads are
named by `manage.py check`.
"""
TABLE = "\n| variable | default | example | meaning |\n|---|---|---|---|\n"


def page(example: str) -> str:
    """A comment belongs to the variables right below it; a heading or an empty line ends it."""
    parts: list[str] = [HEAD]
    said: list[str] = []
    fresh, in_section = True, False
    for line in example.splitlines():
        if heading := SECTION.fullmatch(line):
            parts.append(f"\n## {heading[1]}\n{TABLE}")
            said, fresh, in_section = [], True, True
        elif (found := VARIABLE.fullmatch(line)) and in_section:
            parts.append(_row(found, " ".join(said)))
            fresh = True
        elif line.startswith("# "):
            said = [line[2:]] if fresh else [*said, line[2:]]
            fresh = False
        else:
            said, fresh = [], True
    return "".join(parts)


def _row(found: re.Match[str], meaning: str) -> str:
    value = f"`{_escaped(found[3])}`" if found[3] else ""
    default, example = ("", value) if found[1] else (value, "")
    return f"| `{found[2]}` | {default} | {example} | {_escaped(meaning)} |\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(page(EXAMPLE.read_text(encoding="utf-8")), end="")
