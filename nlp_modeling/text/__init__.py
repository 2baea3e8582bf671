"""Strings to tokens: vocabularies, WordPiece, packing, masking."""
