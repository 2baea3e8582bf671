"""Collects installed docstrings as the built-in corpus and its tasks."""
