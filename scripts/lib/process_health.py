"""Exit code 0 when the worker or beat of this container has left a sign of life lately. usage: process_health.py NAME

NAME as in `celery -n`: `ai_worker@%h`, `beat@%h`. The sign stands in the database (table ai_processsign) while the
process's own loop turns, so this asks neither the broker nor a busy worker, and costs a tenth of `celery inspect`.
"""

import os
import socket
import sys

import psycopg

#: Seconds; a sign comes every AI_SIGN_SECONDS (10).
GONE = 60


def main(name: str) -> int:
    name = name.replace("%h", socket.gethostname())
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM now() - at) FROM ai_processsign WHERE name = %s", [name]
        ).fetchone()
    if row is None:
        print(f"{name} has never left a sign")
        return 1
    print(f"the last sign of {name} is {row[0]:.0f} s old")
    return 0 if row[0] < GONE else 1


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except psycopg.Error as error:
        sys.exit(f"no answer: {error}")
