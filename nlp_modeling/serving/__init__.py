"""A trained model and its preprocessing, as one artefact."""
