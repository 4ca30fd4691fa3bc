"""docs/settings.md says what .env.example says."""

import subprocess
import sys

from tests_ops.repository import SCRIPTS, env_example, text


def test_the_page_is_made_of_the_example() -> None:
    made = subprocess.run(
        [sys.executable, str(SCRIPTS / "lib" / "settings_page.py")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert made == text("docs/settings.md"), "scripts/lib/settings_page.py > docs/settings.md"


def test_every_variable_has_a_row() -> None:
    rows = [line.split(" | ") for line in text("docs/settings.md").splitlines() if line.startswith("| `")]
    assert [row[0].strip("| `") for row in rows] == list(env_example())
