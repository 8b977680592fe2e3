"""The container's health check: status 0 when the address in ANZE_HEALTH_URL answers 200."""

import os
import sys
import urllib.error
import urllib.request

_TIMEOUT_SECONDS = 4


def main() -> None:
    """Ask once; what is wrong is one line."""
    url = os.environ.get("ANZE_HEALTH_URL", "")
    if not url.startswith("http://"):
        sys.exit("ANZE_HEALTH_URL does not say what to ask.")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(url, timeout=_TIMEOUT_SECONDS).close()
    except (urllib.error.URLError, OSError) as error:
        sys.exit(f"{url}: {error}")


if __name__ == "__main__":
    main()
