"""Reads and writes the checkpoints of google-research/bert."""
