"""Changes of light, colour and sharpness, as layers that act in training only."""

from __future__ import annotations

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("maskcore")
class Photometric(layers.Layer):
    """What cameras do to pictures: exposure, contrast, colour casts, grey, blur and noise.

    Takes and gives (B, H, W, 3) float32 BGR in -1 to 1.

    Args:
        strength: 0 changes nothing, 1 is the usual amount.
        seed: Seed of the random numbers.
    """

    def __init__(self, strength: float = 1.0, seed: int = 0, **options):
        super().__init__(**options)
        self.strength, self.seed = strength, seed
        self.random = keras.random.SeedGenerator(seed)

    def get_config(self):
        """What the constructor takes."""
        return super().get_config() | {"strength": self.strength, "seed": self.seed}

    def _uniform(self, batch, low: float, high: float, channels: int = 1):
        return keras.random.uniform((batch, 1, 1, channels), low, high, seed=self.random)

    def _chance(self, batch, share: float):
        return ops.cast(self._uniform(batch, 0.0, 1.0) < share, "float32")

    def call(self, x, training=False):
        """Change each picture by chance where training, none otherwise."""
        if not training or not self.strength:
            return x
        batch, s = ops.shape(x)[0], self.strength
        x = (ops.cast(x, "float32") + 1) / 2
        # a parabola bends the tones as a gamma curve does, at a tenth of the cost
        x = x + self._uniform(batch, -0.5 * s, 0.5 * s) * x * (1 - x)
        mean = ops.mean(x, axis=(1, 2), keepdims=True)
        contrast = 1 + self._uniform(batch, -0.35 * s, 0.35 * s)
        gain = (1 + self._uniform(batch, -0.3 * s, 0.3 * s)) * (1 + self._uniform(batch, -0.1 * s, 0.1 * s, 3))
        gain = gain * (1 - self._chance(batch, 0.12 * s) * self._uniform(batch, 0.3, 0.85))  # night, backlight
        x = x * (contrast * gain) + mean * (1 - contrast) * gain
        grey = ops.mean(x, axis=3, keepdims=True)
        keep = (1 + self._uniform(batch, -0.5 * s, 0.4 * s)) * (1 - self._chance(batch, 0.08 * s))
        x = grey + (x - grey) * keep
        soft = ops.average_pool(x, 3, strides=1, padding="same")
        x = x + (soft - x) * (self._chance(batch, 0.25 * s) * self._uniform(batch, 0.3, 1.0))
        noise = keras.random.uniform(ops.shape(x), -1.0, 1.0, seed=self.random)
        x = x + noise * (self._chance(batch, 0.3 * s) * self._uniform(batch, 0.0, 0.14))
        return ops.clip(x, 0.0, 1.0) * 2 - 1
