"""`python -m api`: the API on this machine, with threads. For many users run gunicorn; the README shows how."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from api.app import create_app
from maskcore.errors import SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the exit status is 2 where a setting cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the face mask API and its webcam page.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; default %(default)s, this machine")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on; default %(default)s")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        app = create_app()
    except SettingsError as error:
        print(f"{error.title}: {error}", file=sys.stderr)
        return 2
    app.run(options.host, options.port, threaded=True, debug=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
