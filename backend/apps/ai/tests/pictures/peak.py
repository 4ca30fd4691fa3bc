"""Started by test_peak: decodes files at once in a bare process; prints the peak above its rest, and CPU.

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
    peaks: dict[str, float] = {}

    def decode(path: Path) -> None:
        data = path.read_bytes()
        try:
            open_bounded(data, longest=1024)
        except PictureError as error:
            reasons[path.name] = str(error)

    for path in files:
        started = time.process_time()
        threads = [threading.Thread(target=decode, args=(path,)) for _ in range(copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds[path.name] = (time.process_time() - started) / copies  # libvips works in threads of its own
        peaks[path.name] = peak() - rest
    sys.stdout.write(
        json.dumps({"above": peak() - rest, "seconds": seconds, "peaks": peaks, "reasons": reasons})
    )


if __name__ == "__main__":
    main()
