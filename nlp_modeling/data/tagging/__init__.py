"""Turns CoNLL's tagged sentences into windows of tokens."""
