"""Holds the programs: absl and gin around the package."""

import os

# TensorFlow reads these when it is first imported. It logs missing GPUs at
# length. It leaves oneDNN off on CPUs without AVX-512, where oneDNN halves the
# time of a training step.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
