"""The catalogues of texts: `python -m tests_ops.messages` brings them up to date, the tests ask whether they are.

Sources are Russian, so a Russian entry repeats its source; an English one is written by a person into `locale/en`.
Babel reads Python, Django itself the templates: no program of GNU gettext is needed. The compiled files are kept in
the repository: a fresh clone and the production image have them without a further step.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BACKEND = Path(__file__).resolve().parents[1]
#: Folder whose texts are told → folder of its catalogues. Packages' texts that we translate are not found by reading.
APPS = ("apps/ai", "apps/parsers", "apps/products", "apps/users", "config")
LANGUAGES = ("ru", "en")
KEYWORDS = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")) | dict.fromkeys(
    ("ngettext", "ngettext_lazy"), (1, 2)
)
_QUOTED = r"""u?(".*?(?<!\\)"|'.*?(?<!\\)')"""
_IN_TEMPLATE = re.compile(rf"(?<![\w.])(n?gettext|_)\(\s*{_QUOTED}(?:,\s*{_QUOTED})?", re.S)
_NOT_READ = ("tests", "migrations", "locale")

Message = str | tuple[str, ...]


def sources(app: str) -> dict[Message, list[str]]:
    """Every text of an app that is to be translated, and the files where it stands."""
    found: dict[Message, list[str]] = {}
    for path in sorted((BACKEND / app).rglob("*")):
        parts = path.relative_to(BACKEND / app).parts
        if path.suffix not in (".py", ".html", ".txt") or set(parts) & set(_NOT_READ):
            continue
        reader = _of_python if path.suffix == ".py" else _of_template
        for message in reader(path):
            places = found.setdefault(message, [])
            name = path.relative_to(BACKEND).as_posix()
            if name not in places:
                places.append(name)
    return found


def _of_python(path: Path) -> Iterator[Message]:
    found: Any = extract_python(io.BytesIO(path.read_bytes()), KEYWORDS, [], {"encoding": "utf-8"})
    for _line, function, messages, _comments in found:
        texts = (messages,) if isinstance(messages, str) else tuple(filter(None, messages or ()))
        if texts:
            yield texts[0] if len(texts) == 1 or not function.startswith("n") else texts[:2]


def _of_template(path: Path) -> Iterator[Message]:
    for function, first, second in _IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        texts = tuple(_text(quoted) for quoted in (first, second) if quoted)
        yield texts if function == "ngettext" and len(texts) == 2 else texts[0]


def _text(quoted: str) -> str:
    return quoted[1:-1].replace('\\"', '"').replace("\\'", "'").replace("\\n", "\n")


def catalogue(app: str, language: str) -> Catalog:
    path = folder(app, language) / "django.po"
    if not path.exists():
        return Catalog(locale=language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def folder(app: str, language: str) -> Path:
    return BACKEND / app / "locale" / language / "LC_MESSAGES"


def is_empty(said: Any) -> bool:
    """Of a text with a number, each of its forms."""
    return not said if isinstance(said, str) else not all(said)


def compiled(wanted: Catalog) -> bytes:
    """The same bytes at any time: the header's dates are fixed."""
    wanted.creation_date = wanted.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    written = io.BytesIO()
    write_mo(written, wanted)
    return written.getvalue()


def renewed(app: str, language: str) -> Catalog:
    """The catalogue as it should be: what is new is added, empty in English; what is gone is dropped."""
    known = catalogue(app, language)
    made = Catalog(locale=language, fuzzy=False, charset="utf-8", header_comment=f"# Texts of {app}.")
    texts = sources(app)
    for message, places in sorted(texts.items(), key=lambda item: str(item[0])):
        before = known.get(message if isinstance(message, str) else message[0])
        said = before.string if before is not None and before.string else ""
        if language == "ru" and is_empty(said):
            said = message if isinstance(message, str) else (*message, message[1])
        made.add(message, said, locations=[(place, 0) for place in places])
    for entry in known:  # of packages: their texts are found in no file of ours
        if entry.id and entry.id not in texts and PACKAGES in entry.auto_comments:
            made.add(entry.id, entry.string, auto_comments=[PACKAGES])
    return made


#: The comment on an entry that translates a text of another package.
PACKAGES = "text of a package"


def main() -> int:
    """Write all catalogues and compile them; 1 when an entry has no translation yet."""
    missing = 0
    for app in APPS:
        for language in LANGUAGES:
            made = renewed(app, language)
            where = folder(app, language)
            where.mkdir(parents=True, exist_ok=True)
            written = io.BytesIO()
            write_po(written, made, width=110, omit_header=False, include_lineno=False, sort_output=True)
            (where / "django.po").write_bytes(_steady(written.getvalue()))
            (where / "django.mo").write_bytes(compiled(catalogue(app, language)))
            lacking = [entry.id for entry in made if entry.id and is_empty(entry.string)]
            missing += len(lacking)
            sys.stdout.write(f"{app} {language}: {len(made)} texts, {len(lacking)} without translation\n")
    return 1 if missing else 0


def _steady(po: bytes) -> bytes:
    """Without dates and versions, which would make every run a change."""
    kept = [
        line
        for line in po.split(b"\n")
        if not re.match(rb'"(POT-|PO-|Generated-|Project-|Report-|Last-|Language-T)', line)
    ]
    return b"\n".join(kept)


if __name__ == "__main__":
    sys.exit(main())
