"""How one person wears the mask, by the votes of many frames."""

from __future__ import annotations

from collections.abc import Mapping

from maskcore.types import Face, Label, Uncertain

HALF_LIFE_S = 1.0  # a frame's vote weighs half after this time
DOUBTFUL = 0.25  # weight of a frame that does not trust its own label
LEAST_FRAMES = 3  # before that nothing is said
LEAST_S = 0.4  # two frames so far apart will do: a slow machine gets no more while somebody walks by
AHEAD = 0.2  # a new label must lead the old one by this share of the votes
TRUST, DISTRUST = 0.62, 0.55  # share of the votes above which a label is trusted, and below which no longer


class Votes:
    """Votes about one person: shares by label that forget the past by half each HALF_LIFE_S."""

    def __init__(self) -> None:
        self._frames, self._over_s = 0, 0.0
        self._weights = dict.fromkeys(Label, 0.0)
        self._reasons = dict.fromkeys(Uncertain, 0.0)
        self._seen = 0.0
        self._label: Label | None = None
        self._trusted = False

    def add(self, face: Face, *, dt_s: float) -> None:
        """Count one frame.

        Args:
            face: What the frame says of the person.
            dt_s: Seconds since the frame before; 0 for the first.
        """
        fade = 0.5 ** (dt_s / HALF_LIFE_S)
        self._frames, self._over_s = self._frames + 1, self._over_s + dt_s
        self._seen = self._seen * fade + 1
        weight = DOUBTFUL if face.uncertain else 1.0
        for label, probability in face.probabilities.items():
            self._weights[label] = self._weights[label] * fade + weight * probability
        for reason in Uncertain:
            self._reasons[reason] = self._reasons[reason] * fade + (reason is face.uncertain)
        self._decide()

    @property
    def enough(self) -> bool:
        """Whether this is somebody, and something can be said: false alarms hardly come in the same place again."""
        return self._frames >= LEAST_FRAMES or self._over_s >= LEAST_S

    @property
    def label(self) -> Label:
        """The label that leads; an old one stays until a new one leads clearly."""
        return self._label or max(self._weights, key=self._weights.__getitem__)

    @property
    def probabilities(self) -> Mapping[Label, float]:
        """Shares of the votes, summing to 1."""
        total = sum(self._weights.values()) or 1.0
        return {label: weight / total for label, weight in self._weights.items()}

    @property
    def uncertain(self) -> Uncertain | None:
        """Why the label should not be trusted yet, or no longer."""
        if not self.enough:
            return Uncertain.EARLY
        reason = max(self._reasons, key=self._reasons.__getitem__)
        if self._reasons[reason] > self._seen / 2:
            return reason
        return None if self._trusted else Uncertain.UNSURE

    def _decide(self) -> None:
        shares = self.probabilities
        best = max(shares, key=shares.__getitem__)
        if self._label is None or self._frames <= LEAST_FRAMES or shares[best] - shares[self._label] > AHEAD:
            self._label = best
        self._trusted = shares[self._label] > (DISTRUST if self._trusted else TRUST)
