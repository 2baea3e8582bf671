"""Reads and writes presets of KerasHub."""
