"""The convolutions that both networks are built of."""

from __future__ import annotations

from keras import layers


def conv(x, filters: int, *, size: int = 3, stride: int = 1, relu: bool = True, name: str):
    """Convolution, batch normalisation and, unless told otherwise, ReLU."""
    x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False, name=f"{name}_conv")(x)
    x = layers.BatchNormalization(momentum=0.97, epsilon=1e-3, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if relu else x


def residual(x, filters: int, *, name: str):
    """Two 3x3 convolutions beside a shortcut (He et al. 2015, arXiv:1512.03385)."""
    y = conv(x, filters, name=f"{name}a")
    y = conv(y, filters, relu=False, name=f"{name}b")
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([x, y]))
