"""Run a program of PostgreSQL for the database of DATABASE_URL: with_database.py PROGRAM ARGUMENT …

libpq gets the address by variables: no password stands in the list of processes.
"""

import os
import sys
from pathlib import Path

import environ

NAMES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}


def main(program: str, *arguments: str) -> None:
    environ.Env.read_env(os.environ.get("ENV_FILE", str(Path(__file__).resolve().parents[2] / ".env")))
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        sys.exit("error: DATABASE_URL names no PostgreSQL.")
    found = environ.Env.db_url_config(url)
    given = {variable: str(found[key]) for key, variable in NAMES.items() if found.get(key)}
    filled = [one + found["NAME"] if one == "--dbname=" else one for one in arguments]
    try:
        os.execvpe(program, [program, *filled], os.environ | given)  # noqa: S606
    except FileNotFoundError:
        sys.exit(f"error: {program} is missing: install postgresql-client, or name its folder in PG_BIN.")


if __name__ == "__main__":
    main(*sys.argv[1:])
