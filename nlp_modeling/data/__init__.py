"""Tokens to examples, to records, to batches."""
