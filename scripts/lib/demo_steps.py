"""Management commands one after the other in one process: Python and the libraries start once, not once a command.

    python demo_steps.py JSON      a list of [title, command, argument, …]; demo_check is demo_check.py

Each prints its title, its output indented, and its time. Ends with the first one that fails, with exit code 1.
"""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import django
from django.core.management import CommandError, call_command


class Indented(io.TextIOBase):
    """What commands write, three blanks further right."""

    def __init__(self) -> None:
        self._begins = True

    def write(self, text: str) -> int:
        for line in text.splitlines(keepends=True):
            sys.stdout.write(f"   {line}" if self._begins else line)
            self._begins = line.endswith("\n")
        sys.stdout.flush()
        return len(text)


def main(steps: list[list[str]]) -> int:
    django.setup()
    for title, command, *arguments in steps:
        print(f"-- {title}", flush=True)
        begun, busy = time.monotonic(), time.process_time()
        if (code := _run(command, arguments)) != 0:
            return code
        took, used = time.monotonic() - begun, time.process_time() - busy
        print(f"   {took:.1f} s, {used:.1f} s of CPU", flush=True)
    return 0


def _run(command: str, arguments: list[str]) -> int:
    """Its exit code. A table has the terminal to itself."""
    if command == "demo_check":
        import demo_check  # noqa: PLC0415  (needs Django set up)

        return demo_check.main(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    output = sys.stdout if command == "ai_report" else Indented()
    try:
        call_command(command, *arguments, stdout=output, stderr=output)
    except CommandError as error:
        output.write(f"{error}\n")
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
