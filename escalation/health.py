"""`python -m escalation.health`: asks the web server of this machine whether it is well; exit code 0 if so.

For containers. It names the site's host and says HTTPS, as the proxy does, because the server answers nobody else.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

SECONDS = 5


def well(port: str, host: str) -> bool:
    """Whether /healthz answers 200 within SECONDS."""
    connection = HTTPConnection("127.0.0.1", int(port), timeout=SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    bind = os.environ.get("BIND", "127.0.0.1:8000")
    allowed = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")
    sys.exit(0 if well(bind.rpartition(":")[2], allowed[0].strip()) else 1)
