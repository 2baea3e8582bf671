"""Turns tables of texts and labels into examples."""
