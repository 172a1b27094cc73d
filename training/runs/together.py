"""One training by several workers: each cuts its part of every batch, gradients are added up, the chief keeps the run.

Keras's fit fails at its first batch across machines (Keras 3.15), so the loop is written out here; the step is the one
of any other training, and so are the callbacks that write the run's folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import keras
import pandas as pd
import tensorflow as tf

from training.data import fingerprint
from training.errors import RunError
from training.runs.callbacks import AverageWeights
from training.runs.early import has_ended_early, patience_of
from training.runs.fit import Lesson, keepers, verbosity
from training.runs.folder import RunFolder
from training.runs.options import OPTIONS, Kind
from training.runs.team import Team


def lead(lesson: Lesson, folder: RunFolder, team: Team) -> None:
    """Train with the others of a team, as its chief; arguments as of fit.

    Raises:
        RunError: The batch cannot be shared evenly, or another worker is gone.
    """
    batch, workers = folder.config()["config"]["batch"], team.part.workers
    if batch % workers:
        raise RunError(f"Expected a batch that {workers} workers share evenly, got {batch}. Choose a multiple.")
    done = lesson.epochs if has_ended_early(folder) else folder.epochs_done()
    facts = folder.config()
    with _losses_in_words():
        team.tell(json.dumps({name: facts[name] for name in ("kind", "config", "data_fingerprint")} | {"done": done}))
    average = AverageWeights(folder, keep_best=patience_of(folder) > 0)
    callbacks = [_CheckApart(lesson, average), *keepers(lesson, folder, average)]
    _fit(lesson, team, done=done, callbacks=callbacks)


def assist(kind: Kind, table: pd.DataFrame, prepare: Callable[..., Lesson], team: Team) -> None:
    """Train with the others of a team, on what its chief asks for; writes nothing.

    Args:
        kind: Which model.
        table: Faces with a split; the chief's.
        prepare: prepare_classifier or prepare_detector.
        team: All workers.
    Raises:
        RunError: The chief trains another model or on other data, or another worker is gone.
    """
    with _losses_in_words():
        facts = json.loads(team.tell())
    own = {"kind": str(kind), "data_fingerprint": fingerprint(table)}
    for name, value in own.items():
        if facts[name] != value:
            raise RunError(f"Expected {name} {facts[name]}, as the chief has, got {value}. Give the same command.")
    run = replace(OPTIONS[kind](**facts["config"]), start="")  # the chief's weights come over the network
    lesson = prepare(run, table, part=team.part)
    lesson.batches.epoch = facts["done"]
    _fit(lesson, team, done=facts["done"], callbacks=[])


class _CheckApart(keras.callbacks.Callback):
    """Checks the averaged weights on the chief alone, with the network that it had before the team came."""

    def __init__(self, lesson: Lesson, average: AverageWeights):
        super().__init__()
        self.lesson, self.average = lesson, average

    def on_epoch_end(self, epoch, logs=None):
        """Add the figures to those of the epoch."""
        self.lesson.model.set_weights(self.average.weights)
        found = self.lesson.model.evaluate(self.lesson.check, return_dict=True, verbose=0)
        logs.update({f"val_{name}": value for name, value in found.items()})


class _EndTogether(keras.callbacks.Callback):
    """Ends the training everywhere when the chief ends it."""

    def __init__(self, team: Team):
        super().__init__()
        self.team = team

    def on_epoch_end(self, epoch, logs=None):
        """Ask the chief."""
        self.model.stop_training = bool(self.team.tell("end" if self.model.stop_training else ""))


def _fit(lesson: Lesson, team: Team, *, done: int, callbacks: Sequence[keras.callbacks.Callback]) -> None:
    with _losses_in_words(), team.strategy.scope():
        model = lesson.build()
        for layer in model.layers[-1].layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = True  # mean and variance over the whole batch, as of one worker
        model.optimizer.build(model.trainable_variables)
    if team.chief:
        _copy(lesson.model, model)
    told = keras.callbacks.CallbackList(
        [*callbacks, _EndTogether(team)],
        add_progbar=team.chief,
        model=model,
        verbose=verbosity() if team.chief else 0,
        epochs=lesson.epochs,
        steps=len(lesson.batches),
    )
    with _losses_in_words():
        team.share([*model.weights, *model.optimizer.variables])
        _loop(told, range(done, lesson.epochs), _steps(model, lesson.batches, team.strategy))
    with suppress(tf.errors.OpError):  # whoever hears this farewell first may be gone before the others have heard it
        team.tell("farewell")


def _loop(callbacks: keras.callbacks.CallbackList, epochs: Iterable[int], steps: Iterator[dict[str, float]]) -> None:
    """Keras's loop over epochs and steps, which asks nothing of the data."""
    model = callbacks.model
    model.stop_training = False
    callbacks.on_train_begin()
    for epoch in epochs:
        model.reset_metrics()
        callbacks.on_epoch_begin(epoch)
        figures: dict[str, float] = {}
        for number in range(callbacks.params["steps"]):
            callbacks.on_train_batch_begin(number)
            figures = next(steps)
            callbacks.on_train_batch_end(number, figures)
        callbacks.on_epoch_end(epoch, figures)
        if model.stop_training:
            break
    callbacks.on_train_end()


@contextmanager
def _losses_in_words() -> Iterator[None]:
    """Says that another worker is gone where TensorFlow says that a collective operation broke off.

    Raises:
        RunError: It is.
    """
    try:
        yield
    except tf.errors.OpError as error:
        if "ollective" not in str(error) and not isinstance(error, tf.errors.UnavailableError):
            raise
        raise RunError(
            "Another worker of this training is gone or ended. Give the same command with --resume on every machine to "
            "go on from the last checkpoint."
        ) from error


def _copy(source: keras.Model, target: keras.Model) -> None:
    """Weights, and the optimiser's memory where it has one."""
    target.set_weights(source.get_weights())
    if source.optimizer.built:
        for new, old in zip(target.optimizer.variables, source.optimizer.variables, strict=True):
            new.assign(keras.ops.convert_to_numpy(old))


def _steps(
    model: keras.Model, batches: keras.utils.PyDataset, strategy: tf.distribute.Strategy
) -> Iterator[dict[str, float]]:
    """Takes steps for ever, Keras's own on each worker; gives the mean of the workers' figures of the epoch so far."""

    @tf.function(reduce_retracing=True)
    def step(data: Any) -> dict[str, tf.Tensor]:
        figures = strategy.run(model.train_step, args=(data,))
        return {name: strategy.reduce("MEAN", value, axis=None) for name, value in figures.items()}

    for data in _endless(batches):
        yield {name: float(value) for name, value in step(data).items()}


def _endless(batches: keras.utils.PyDataset) -> tf.data.Dataset:
    """This worker's part of the batches of one epoch after another."""

    def draw() -> Iterator[Any]:
        while True:
            for number in range(len(batches)):
                yield batches[number]
            batches.on_epoch_end()

    signature = tuple(tf.TensorSpec((None, *each.shape[1:]), each.dtype) for each in batches[0])
    return tf.data.Dataset.from_generator(draw, output_signature=signature).prefetch(6)
