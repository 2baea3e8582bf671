"""Scores classes from one token of a sequence."""

import keras

from nlp_modeling.layers.dropout import Dropout
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.remain_float import remain_float
from nlp_modeling.layers.require import require_positive, require_rate
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, H hidden, I inner, C classes.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class ClassificationHead(SignatureConfig, keras.layers.Layer):
    """Scores classes from one token of a sequence, through an inner layer.

    Reference:
        BERT, section 3: https://arxiv.org/abs/1810.04805

    Args:
        inner_dim: I, the width of the inner layer; 0 for none.
        num_classes: C.
        cls_token_idx: The token read.
        activation: Name or function of the inner layer.
        dropout_rate: Share dropped before the scores, in training.
        initializer: Draws the kernels.

    Call arguments:
        features: float [B, S, H].

    Returns:
        float32 [B, C] logits.

    Raises:
        ValueError: If `num_classes` is not positive.
    """

    def __init__(
        self,
        inner_dim: int,
        num_classes: int,
        cls_token_idx: int = 0,
        activation="tanh",
        dropout_rate: float = 0.0,
        initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_positive(num_classes=num_classes)
        require_rate(dropout_rate=dropout_rate)
        self.cls_token_idx = cls_token_idx
        self.inner_layer = None
        if inner_dim:
            require_positive(inner_dim=inner_dim)
            self.inner_layer = keras.layers.Dense(
                inner_dim,
                activation=activation,
                kernel_initializer=fresh_initializer(initializer),
                dtype=self.dtype_policy,
                name="inner",
            )
            remain_float(self.inner_layer)
        self.dropout = Dropout(
            dropout_rate, dtype=self.dtype_policy, name="dropout"
        )
        self.logits_layer = keras.layers.Dense(
            num_classes,
            kernel_initializer=fresh_initializer(initializer),
            dtype="float32",
            name="logits",
        )
        remain_float(self.logits_layer)

    def build(self, features_shape):
        shape = (features_shape[0], features_shape[-1])
        if self.inner_layer:
            self.inner_layer.build(shape)
            shape = (shape[0], self.inner_layer.units)
        self.logits_layer.build(shape)

    def call(self, features, training=None):
        token = features[:, self.cls_token_idx]
        if self.inner_layer:
            token = self.inner_layer(token)
        return self.logits_layer(self.dropout(token, training=training))
