"""The cross entropy averages over weight."""

import keras
import numpy as np
import pytest

from nlp_modeling import losses

# Softmax of these is (1/4, 3/4), so the loss of class 1 is log(4/3).
LOGITS = np.log([[1.0, 3.0], [1.0, 3.0]]).astype("float32")
LOSS = np.log(4 / 3)


def loss(labels, predictions, weights=None):
    return float(
        losses.weighted_sparse_categorical_crossentropy_loss(
            labels=np.array(labels),
            predictions=predictions,
            weights=None if weights is None else np.array(weights),
        )
    )


def test_the_value_is_the_negative_log_probability():
    assert loss([1, 1], LOGITS) == pytest.approx(LOSS)
    assert loss([0, 1], LOGITS) == pytest.approx((np.log(4) + LOSS) / 2)


def test_logits_and_log_probabilities_give_the_same():
    shifted = loss([1, 0], LOGITS + 5)
    assert shifted == pytest.approx(loss([1, 0], LOGITS - np.log(4)), abs=1e-6)


def test_padding_leaves_the_loss_unchanged():
    without = loss([1], LOGITS[:1], [1.0])
    assert loss([1, 0], LOGITS, [1.0, 0.0]) == pytest.approx(without)


def test_the_mean_is_weighted():
    found = loss([0, 1], LOGITS, [1, 3])
    assert found == pytest.approx((np.log(4) + 3 * LOSS) / 4)


def test_no_weight_at_all_gives_zero():
    assert loss([0, 1], LOGITS, [0, 0]) == 0.0


def test_each_example_keeps_its_own_loss():
    found = losses.weighted_sparse_categorical_crossentropy_per_example_loss(
        np.array([[0, 1]]), LOGITS[None], np.array([[2.0, 1.0]])
    )
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(found), [[2 * np.log(4), LOSS]], rtol=1e-6
    )


@pytest.mark.parametrize("weights", [None, [1, 3], [[1], [3]]])
def test_a_column_of_labels_is_what_a_row_of_them_is(weights):
    """An axis of 1 would broadcast against the others without an error."""
    row = None if weights is None else np.ravel(weights)
    found = loss([[0], [1]], LOGITS, weights)
    assert found == pytest.approx(loss([0, 1], LOGITS, row))


def test_labels_of_every_position_may_be_a_column():
    labels = np.array([[[0], [1]]])
    found = losses.weighted_sparse_categorical_crossentropy_per_example_loss(
        labels, LOGITS[None], np.ones((1, 2, 1))
    )
    assert tuple(found.shape) == (1, 2)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(found), [[np.log(4), LOSS]], rtol=1e-6
    )


def test_half_precision_is_summed_in_float32():
    wide = np.zeros((1, 30_000), "float16")  # e^0 times 30,000, past float16.
    assert loss([7], wide) == pytest.approx(np.log(30_000), rel=1e-6)


@pytest.mark.parametrize(
    ("labels", "weights", "named"),
    [
        ([[1, 1]], None, r"labels.shape=\(1, 2\)"),
        ([1, 1], [[1.0, 1.0]], r"weights.shape=\(1, 2\)"),
        (1, None, r"labels.shape=\(\)"),
        ([1], None, r"labels.shape=\(1,\), predictions.shape=\(2, 2\)"),
        ([1, 1], [1.0], r"weights.shape=\(1,\)"),
        ([1, 1], 1.0, r"weights.shape=\(\)"),
        ([[[1]], [[1]]], None, r"labels.shape=\(2, 1, 1\)"),
    ],
)
def test_shapes_that_do_not_agree_are_named(labels, weights, named):
    with pytest.raises(ValueError, match=named):
        loss(labels, LOGITS, weights)
