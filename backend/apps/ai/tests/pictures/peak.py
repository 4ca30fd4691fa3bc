"""Started by test_peak: decodes files at once in a bare process and prints the peak above its rest, and the CPU each took.

python -m apps.ai.tests.pictures.peak COPIES FILE …
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import django


def peak() -> float:
    """Megabytes that the process has ever held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000


def main() -> None:
    django.setup()
    from apps.ai.services.pictures.decoding import PictureError, open_bounded  # noqa: PLC0415

    copies, files = int(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    open_bounded(files[0].read_bytes(), longest=8)
    rest = peak()
    seconds: dict[str, float] = {}
    reasons: dict[str, str] = {}

    def decode(path: Path) -> None:
        data = path.read_bytes()
        started = time.thread_time()
        try:
            open_bounded(data, longest=1024)
        except PictureError as error:
            reasons[path.name] = str(error)
        seconds[path.name] = max(seconds.get(path.name, 0.0), time.thread_time() - started)

    for path in files:
        threads = [threading.Thread(target=decode, args=(path,)) for _ in range(copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    sys.stdout.write(json.dumps({"above": peak() - rest, "seconds": seconds, "reasons": reasons}))


if __name__ == "__main__":
    main()
