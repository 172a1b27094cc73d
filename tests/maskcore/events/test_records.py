"""An event that a database could refuse is refused when it is made."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from maskcore.events.records import LABELS, new_id
from maskcore.types import Summary
from tests.maskcore.events.made import NOON, make_alert, make_person

BAD = [
    (make_person, {"label": "masked"}),
    (make_person, {"confidence": 1.01}),
    (make_person, {"confidence": float("nan")}),
    (make_person, {"track": -1}),
    (make_person, {"track": 2**63}),
    (make_person, {"first_at": datetime(2026, 3, 18)}),
    (make_person, {"last_at": NOON - timedelta(seconds=1)}),
    (make_person, {"camera": "do\0or"}),
    (make_person, {"zone": "\ud800"}),
    (make_alert, {"at": datetime(2026, 3, 18)}),
    (make_alert, {"message": "\0"}),
]


@pytest.mark.parametrize(("make", "over"), BAD, ids=[repr(over) for _, over in BAD])
def test_what_no_database_takes_is_refused(make: Callable[..., object], over: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="got"):
        make(**over)


def test_ids_made_at_the_same_moment_differ() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_id(), range(20_000)))
    assert len(set(ids)) == len(ids)
    assert all(0 < each < 2**63 for each in ids)


def test_labels_are_those_of_the_counts() -> None:
    assert set(Summary().to_dict()) == {"faces", *LABELS}
