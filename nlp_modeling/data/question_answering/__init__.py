"""Turns SQuAD's questions into windows of tokens."""
