"""TensorFlow's greetings do not stand between a command and what it says."""

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_keras_is_loaded_without_a_word():
    script = "from training.cli.quietly import load_keras; load_keras(); import tensorflow as tf; tf.constant(1)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
