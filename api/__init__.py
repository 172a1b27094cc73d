"""The REST API and its webcam page: a thin door to maskcore."""
