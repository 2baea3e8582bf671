"""Opens a checkpoint of TensorFlow."""

from nlp_modeling import files


def open_checkpoint(path: str):
    """Opens a checkpoint of TensorFlow, to read its tensors by their names.

    `tf.train.load_checkpoint` looks for a folder of this name first, and
    TensorFlow's `ram://` takes the beginning of any path for one.

    Args:
        path: The checkpoint, without `.index`; see `files`.

    Raises:
        ValueError: If there is no index.
        tf.errors.OpError: If the index is damaged.
    """
    import tensorflow as tf

    if not files.file_exists(f"{path}.index"):
        raise ValueError(f"A checkpoint must exist. Received: {path!r}.")
    return tf.compat.v1.train.NewCheckpointReader(files.plain_path(path))
