"""The words that tell a language, by what they tell: `words.toml`, read once."""

import tomllib
from pathlib import Path

WORDS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
