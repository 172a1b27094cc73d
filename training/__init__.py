"""Makes what the core loads: data, models, runs, evaluation, export. TensorFlow lives here and only here."""
