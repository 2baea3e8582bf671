"""Makes the bytes of TFRecord files."""

import pathlib
import tempfile


def example(**features) -> bytes:
    """Serializes an Example of lists of int, float or bytes; None is none."""
    import tensorflow as tf

    of = tf.train.Example()
    for name, values in features.items():
        if values is None:
            continue
        feature = of.features.feature[name]
        if any(isinstance(value, bytes) for value in values):
            feature.bytes_list.value.extend(values)
        elif any(isinstance(value, float) for value in values):
            feature.float_list.value.extend(values)
        else:
            feature.int64_list.value.extend(values)
    return of.SerializeToString()


def records(*serialized: bytes) -> bytes:
    """Gives the bytes of a TFRecord file."""
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "records")
        with tf.io.TFRecordWriter(str(path)) as writer:
            for each in serialized:
                writer.write(each)
        return path.read_bytes()
