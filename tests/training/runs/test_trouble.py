"""A failure is told in words of what to do."""

import errno
import signal

import pytest

from training.errors import DataError
from training.runs.trouble import DISK_FULL, NOT_WRITABLE, OUT_OF_MEMORY, explain, explain_exit

ResourceExhaustedError = type("ResourceExhaustedError", (Exception,), {})  # TensorFlow's, known by its name


def wrapped(inner: Exception) -> Exception:
    outer = RuntimeError("saving failed")
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(MemoryError(), OUT_OF_MEMORY, id="no memory"),
        pytest.param(ResourceExhaustedError("OOM when allocating"), OUT_OF_MEMORY, id="no memory in TensorFlow"),
        pytest.param(OSError(errno.ENOSPC, "No space left on device"), DISK_FULL, id="disk full"),
        pytest.param(wrapped(OSError(errno.ENOSPC, "No space")), DISK_FULL, id="disk full, in another error"),
        pytest.param(RuntimeError("PyFunc\nMemoryError: Unable"), OUT_OF_MEMORY, id="no memory in a thread that reads"),
        pytest.param(ResourceExhaustedError("/runs/x; No space left on device"), DISK_FULL, id="disk full, TensorFlow"),
        pytest.param(OSError("Can't write data (message = 'Disk quota exceeded')"), DISK_FULL, id="disk full, HDF5"),
        pytest.param(PermissionError(errno.EACCES, "Permission denied"), NOT_WRITABLE, id="not allowed to write"),
        pytest.param(OSError(errno.EROFS, "Read-only file system"), NOT_WRITABLE, id="read-only disk"),
        pytest.param(
            RuntimeError("PyFunc\nImageDecodeError: x.png cannot be read. Leave it out.\nTraceback …"),
            "x.png cannot be read. Leave it out.",
            id="unreadable picture, in a thread that reads",
        ),
        pytest.param(DataError("No faces. Choose more."), "No faces. Choose more.", id="bad data"),
    ],
)
def test_known_trouble_says_what_to_do(error: Exception, words: str) -> None:
    assert explain(error) == words


def test_unknown_trouble_is_named() -> None:
    assert "ValueError: shapes differ" in explain(ValueError("shapes differ"))


@pytest.mark.parametrize(
    ("status", "words"), [(-signal.SIGKILL, "out of memory"), (-signal.SIGSEGV, "SIGSEGV"), (3, "status 3")]
)
def test_a_process_that_ends_without_a_word_is_explained(status: int, words: str) -> None:
    assert words in explain_exit(status)
