"""Long work outside of a request: a folder for each job, a thread that works them off, and the work on films."""
