"""Multiplies rows by a kernel of 8-bit integers."""

from keras import ops

# Shapes: R rows, I inputs, O outputs.


def int8_matmul(rows, kernel, scale, rows_quantizer=None):
    """Multiplies rows by a kernel of 8-bit integers.

    The gradient of the rows is that of the real kernel, `kernel / scale`. The
    kernel and its scale have none.

    Args:
        rows: float [R, I].
        kernel: int8 [I, O].
        scale: float [O]: the kernel is the real kernel times this.
        rows_quantizer: A `keras.quantizers.Quantizer` of the rows; None to keep
            them real.

    Returns:
        float [R, O], of the dtype of `rows`.
    """

    @ops.custom_gradient
    def product(rows, kernel, scale):
        def gradient(*args, upstream=None):
            upstream = args[0] if upstream is None else upstream
            real = ops.cast(kernel, upstream.dtype) / scale
            return ops.matmul(upstream, ops.transpose(real)), None, None

        total_scale, factors = scale, rows
        if rows_quantizer is not None:
            factors, rows_scale = rows_quantizer(rows, axis=-1)
            total_scale = scale * rows_scale
        sums = ops.cast(ops.matmul(factors, kernel), rows.dtype)
        return sums / total_scale, gradient

    # Tensors, since a gradient of a variable would have to be one of them too.
    return product(*(ops.convert_to_tensor(x) for x in (rows, kernel, scale)))
