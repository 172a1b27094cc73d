"""Standard error is silent for a while only."""

import os
from threading import Event, Thread

from maskcore.silence import silent_stderr


def test_two_who_want_silence_at_once_leave_standard_error_as_it_was():
    before, second_is_in, first_is_out = os.fstat(2), Event(), Event()

    def second():
        with silent_stderr():
            second_is_in.set()
            first_is_out.wait(10)

    other = Thread(target=second)
    with silent_stderr():
        other.start()
        assert not second_is_in.wait(0.3)
    first_is_out.set()
    other.join(10)
    assert os.path.samestat(os.fstat(2), before)
