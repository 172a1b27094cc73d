"""`python -m api`: the API on this machine, by gunicorn with one process. The README shows how to run more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]

from api.keys import new_key
from maskcore.errors import SettingsError
from maskcore.settings import Settings, get_settings

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted, or make a key; the exit status is not 0 where a setting cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the face mask API and its webcam page.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; default %(default)s, this machine")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on; default %(default)s")
    parser.add_argument("--new-key", metavar="NAME", help="print a new API key and its line of the key file, and end")
    options = parser.parse_args(arguments)
    try:
        if options.new_key is not None:
            print("Key, for the caller: {}\nLine of MASKCORE_API_KEYS_FILE: {}".format(*new_key(options.new_key)))
            return 0
        _check_host(options.host, get_settings())
    except SettingsError as error:
        print(f"{error.title}: {error}", file=sys.stderr)
        return 2
    _run_gunicorn(options.host, options.port)
    return 0


def _run_gunicorn(host: str, port: int) -> None:
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    sys.argv[1:] = ["--config", "python:api.gunicorn_conf", "--workers", "1", "--bind", bind]  # read again on SIGHUP
    run()


def _check_host(host: str, settings: Settings) -> None:
    """Beyond this machine the API asks for keys."""
    if not settings.api_keys_file and host not in _THIS_MACHINE:
        raise SettingsError(
            f"MASKCORE_API_KEYS_FILE is not set, and --host {host} opens the API to other machines: expected a file "
            "of API keys. Make one with: python -m api --new-key NAME"
        )


if __name__ == "__main__":
    sys.exit(main())
