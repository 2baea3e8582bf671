"""Turns examples into TFRecords and TFRecords back into tensors."""
