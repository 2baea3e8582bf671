"""Keeps a run's schedule, folder and stop signal, for any framework."""
