"""Training frameworks: one adapter file each, run in a process of its own.

A backend is a module that runs as `python -m training.backends.<name> RUN` and keeps to
`job.py`: it reads `RUN/job.json` and leaves the files named there.
"""
