"""Who is slow gets the newest item, never a queue."""

import threading

from maskcore.video.newest import Newest


def test_older_items_are_passed_over_and_counted():
    newest = Newest()
    for number in range(5):
        newest.put(number)
    assert newest.take(timeout_s=0) == (4, 4)
    newest.put(5)
    assert newest.take(timeout_s=0) == (5, 0)


def test_without_an_item_waiting_ends():
    assert Newest().take(timeout_s=0.01) is None


def test_a_waiting_thread_is_woken():
    newest, got = Newest(), []
    thread = threading.Thread(target=lambda: got.append(newest.take(timeout_s=5)))
    thread.start()
    newest.put("picture")
    thread.join(5)
    assert got == [("picture", 0)]
