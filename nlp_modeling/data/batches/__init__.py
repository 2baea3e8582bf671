"""Groups records into batches that depend on files, seed and step alone."""
