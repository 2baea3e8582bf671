"""Groups records into batches that depend only on files, seed and step."""
