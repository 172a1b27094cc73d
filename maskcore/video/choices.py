"""What the visitor of a live video chose."""

from __future__ import annotations

from dataclasses import dataclass

from maskcore.modes import Mode
from maskcore.privacy import Blur
from maskcore.tracking.alerts import LowShare, Rule, WithoutMask
from maskcore.tracking.zones import Line, Zone


@dataclass(frozen=True, slots=True)
class Choices:
    """What a visitor chose.

    Attributes:
        min_score: A face at least this certain begins a person, 0 to 1.
        input_size: How large the detector sees the picture; None: by the picture.
        mirrored: Show the picture as in a mirror; zones and lines are drawn on what is shown.
        blur: Whose faces are made unrecognisable; None: nobody's.
        zones: People count inside these only; none: everywhere.
        lines: Crossings of these are counted.
        without_mask_s: Alert when somebody is without a mask for so many seconds; None: never.
        least_percent: Alert when fewer of the people here wear a mask, in percent; None: never.
    """

    min_score: float = 0.5
    input_size: Mode | None = None
    mirrored: bool = False
    blur: Blur | None = None
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    without_mask_s: float | None = None
    least_percent: float | None = None

    def rules(self) -> list[Rule]:
        """New rules that have seen nothing yet."""
        rules: list[Rule] = []
        if self.without_mask_s is not None:
            rules.append(WithoutMask(seconds=self.without_mask_s))
        if self.least_percent is not None:
            rules.append(LowShare(percent=self.least_percent))
        return rules
