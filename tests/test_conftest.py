"""The ground that every test stands on."""

from __future__ import annotations

import os
import socket

import pytest

from tests.conftest import is_remote


@pytest.mark.parametrize("host", ["192.0.2.1", "8.8.8.8", "example.org"])
def test_a_connection_to_another_machine_is_refused(host: str) -> None:
    with socket.socket() as connection, pytest.raises(AssertionError, match="this machine alone"):
        connection.connect((host, 80))


def test_a_connection_within_this_machine_passes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_a_local_socket_file_is_not_the_network() -> None:
    assert not is_remote(socket.AF_UNIX, "/run/some.sock")


def test_no_setting_of_the_shell_reaches_a_test() -> None:
    names = [name for name in os.environ if name.upper().startswith("MASKCORE_")]
    assert names == ["MASKCORE_DATA_DIR"], "which is a folder of the tests"
