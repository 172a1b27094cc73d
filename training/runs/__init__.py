"""Training runs: their folders, the loop, and what each of the two models needs."""
