"""Turns examples into TFRecords, and TFRecords into tensors."""
