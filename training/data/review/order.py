"""In which order pictures are reviewed: least certain first, and of those that look alike one before the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from training.data.duplicates import group_alike, hash_pictures
from training.data.review.items import ReviewItem
from training.data.review.queue import ReviewQueue


def in_order(items: Sequence[ReviewItem], queue: ReviewQueue) -> list[ReviewItem]:
    """The items so that the first few teach most: of every group of look-alikes the least certain, then the seconds.

    Args:
        items: Of the queue.
        queue: Where their pictures lie; hashes are kept there until the picture is deleted.
    """
    items = [item for item in items if queue.picture(item.id).exists()]
    if not items:
        return []
    plain, mirrored, _ = hash_pictures([str(queue.picture(item.id)) for item in items], cache=queue.folder)
    groups = group_alike(plain, mirrored).tolist()
    seen: Counter[int] = Counter()
    turns = []
    for item, group in sorted(zip(items, groups, strict=True), key=lambda pair: pair[0].certainty):
        turns.append((seen[group], item))
        seen[group] += 1
    return [item for _, item in sorted(turns, key=lambda turn: turn[0])]  # stable: within a turn, least certain first
