"""Turns documents into pretraining examples."""
