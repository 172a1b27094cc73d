"""Video files: frames in, an annotated film and a story of it out. Needs PyAV, which the API does without."""
