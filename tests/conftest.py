"""What every test stands on: clean settings, no network beyond this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from maskcore.settings import get_settings

# a busy machine is no fault of the code
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

LOCAL_NAMES = frozenset({"localhost", "::1", "0.0.0.0", "::", ""})


RERUNS = 1  # of a test that depends on another process's timing; docs/decisions/016-second-try.md


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A soak test runs only when `-m` asks for it; a failed test of a browser or another process is run once more."""
    soak_wanted = "soak" in config.getoption("markexpr")
    skip = pytest.mark.skip(reason="a soak test runs for minutes: ask for it with -m soak")
    for item in items:
        if "soak" in item.keywords:
            if not soak_wanted:
                item.add_marker(skip)
        elif {"browser", "slow"} & set(item.keywords):
            item.add_marker(pytest.mark.flaky(reruns=RERUNS))


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app keeps things in tests, in place of the developer's own data folder."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def clean_settings(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    """No MASKCORE_… variable of the developer's shell decides a test; each test reads its settings anew."""
    for name in list(os.environ):
        if name.upper().startswith("MASKCORE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(data_dir))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to another machine fails at once and names the address: after start-up nothing is fetched."""
    for method in ("connect", "connect_ex"):
        real = getattr(socket.socket, method)

        def guarded(self: socket.socket, address: Any, *, real: Any = real) -> Any:
            if is_remote(self.family, address):
                raise AssertionError(f"A test tried to reach {address}; tests talk to this machine alone.")
            return real(self, address)

        monkeypatch.setattr(socket.socket, method, guarded)


def is_remote(family: int, address: Any) -> bool:
    """Whether a socket address lies beyond this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return False
    host = str(address[0])
    return host not in LOCAL_NAMES and not host.startswith("127.")
