"""API keys: a file of their hashes, read again when it changes, so that keys come and go without a restart."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
from pathlib import Path

from maskcore.errors import SettingsError

_LINE = re.compile(r"(?P<name>[\w.@-]{1,64}) (?P<hash>[0-9a-f]{64})")
_log = logging.getLogger(__name__)


def new_key(name: str) -> tuple[str, str]:
    """A new key, and the line of the key file that lets it in: `name sha256`.

    A plain hash is enough: the key is 256 random bits, which nobody tries out.

    Raises:
        SettingsError: The file cannot have such a name.
    """
    key = secrets.token_urlsafe(32)
    line = f"{name} {_hash(key)}"
    if not _LINE.fullmatch(line):
        raise SettingsError(f"Expected a name of 1 to 64 letters, digits or . _ @ -, got {name!r}. Choose another.")
    return key, line


class KeyFile:
    """The keys of a file: a line each, a name and the SHA-256 of the key; # begins a remark.

    Args:
        path: The file.
    Raises:
        SettingsError: It cannot be read, or a line is not as described.
    """

    def __init__(self, path: Path):
        self._path = path
        self._stamp, self._names = self._read()

    def name_of(self, key: str) -> str | None:
        """Whose key it is; None where the file has no such key."""
        self._renew()
        found, hashed = None, _hash(key)
        for known, name in self._names.items():  # all of them, so that time tells nothing
            if hmac.compare_digest(known, hashed):
                found = name
        return found

    def _renew(self) -> None:
        """While the file is half written, the keys read before hold."""
        try:
            if self._stamp_now() != self._stamp:
                self._stamp, self._names = self._read()
        except (OSError, SettingsError) as error:
            _log.error("The keys read before stay in use. %s", error)

    def _stamp_now(self) -> tuple[int, int, int]:
        status = self._path.stat()
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _read(self) -> tuple[tuple[int, int, int], dict[str, str]]:
        try:
            stamp, text = self._stamp_now(), self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"MASKCORE_API_KEYS_FILE: expected a text file of keys at {self._path}: {error}. "
                "Make it with: python -m api --new-key NAME"
            ) from error
        names = {}
        for number, line in enumerate(text.splitlines(), 1):
            entry = line.partition("#")[0].strip()
            if not entry:
                continue
            parts = _LINE.fullmatch(entry)
            if parts is None:
                raise SettingsError(
                    f"MASKCORE_API_KEYS_FILE: line {number} of {self._path} is no name and SHA-256 with a blank "
                    "between. Make it with: python -m api --new-key NAME"
                )
            names[parts["hash"]] = parts["name"]
        return stamp, names


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
