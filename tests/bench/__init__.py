"""Speed and memory, measured by `make bench`; no test, for a loaded machine would decide it."""
