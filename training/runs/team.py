"""Several machines that train one network: who they are, and what the chief tells the others."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.errors import RunError
from training.runs.parts import Part


@dataclass(frozen=True)
class Team:
    """The workers that TF_CONFIG names, this one among them.

    Attributes:
        strategy: TensorFlow's, which adds up their gradients.
        part: This worker's place.
    """

    strategy: tf.distribute.MultiWorkerMirroredStrategy
    part: Part

    @property
    def chief(self) -> bool:
        """Whether this worker writes the run's folder."""
        return self.part.rank == 0

    def tell(self, text: str = "") -> str:
        """The chief's text, on every worker; all of them have to ask at the same time."""
        own = np.frombuffer(text.encode() if self.chief else b"", np.uint8)
        (length,) = self._chiefs([np.array(len(own))])
        if not length:  # TensorFlow crashes where nothing is added up
            return ""
        padded = np.zeros(int(length), np.int64)
        padded[: len(own)] = own
        return self._chiefs([padded])[0].astype(np.uint8).tobytes().decode()

    def share(self, variables: Sequence[keras.Variable]) -> None:
        """Set variables to what they are at the chief, everywhere at the same time."""
        own = [np.asarray(keras.ops.convert_to_numpy(each)) for each in variables]
        for variable, value in zip(variables, self._chiefs([each.astype(np.float64) for each in own]), strict=True):
            variable.assign(value.astype(variable.dtype))

    def _chiefs(self, own: Sequence[NDArray]) -> list[NDArray]:
        """The chief's arrays, as the sums of them and the others' zeros; every worker's are of the same shapes."""
        values = [tf.constant(each if self.chief else np.zeros_like(each)) for each in own]

        @tf.function
        def add() -> list[tf.Tensor]:
            return [self.strategy.reduce("SUM", each, axis=None) for each in self.strategy.run(lambda: values)]

        return [each.numpy() for each in add()]


@functools.cache
def find_team() -> Team | None:
    """The workers that TF_CONFIG names, once all of them are there; None where it names no more than this one.

    Other backends of Keras know no teams.

    Has to come before anything else that TensorFlow does.

    Raises:
        RunError: TF_CONFIG cannot be read.
    """
    if keras.backend.backend() != "tensorflow":
        return None
    try:
        resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
        workers = resolver.cluster_spec().as_dict().get("worker", [])
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise RunError(
            'Expected TF_CONFIG such as {"cluster": {"worker": ["host:port", …]}, "task": {"type": "worker", "index": '
            f"0}}}}; it cannot be read: {error}"
        ) from error
    if len(workers) < 2:
        return None
    if resolver.task_type != "worker" or resolver.task_id is None or not 0 <= resolver.task_id < len(workers):
        raise RunError(
            f"Expected TF_CONFIG to give this process the task worker with an index below {len(workers)}; got "
            f"{resolver.task_type} {resolver.task_id}."
        )
    strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)
    return Team(strategy, Part(resolver.task_id, len(workers)))
