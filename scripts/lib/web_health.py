"""Exit code 0 when the web server of this container can show pages: its database answers and knows every migration.

The request is one that a proxy would send: an allowed host, and the header that says HTTPS.
"""

import http.client
import os
import sys

PORT = 8000


def allowed_host() -> str:
    names = os.environ.get("DJANGO_ALLOWED_HOSTS", "").split(",")
    named = [name.strip().removeprefix(".") for name in names if name.strip() not in {"", "*"}]
    return named[0] if named else "localhost"


def status(host: str, port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    connection.request("GET", "/health/web", headers={"Host": host, "X-Forwarded-Proto": "https"})
    return connection.getresponse().status


if __name__ == "__main__":
    try:
        code = status(allowed_host(), PORT)
    except (OSError, http.client.HTTPException) as exc:
        sys.exit(f"no answer: {exc}")
    sys.exit(0 if code == http.HTTPStatus.OK else f"answered {code}")
