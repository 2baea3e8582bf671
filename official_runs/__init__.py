"""The programs: absl and gin around the package."""

import os

# What TensorFlow reads when it is first imported. It tells of missing GPUs at
# length, and leaves oneDNN off on CPUs without AVX-512, where a training step
# takes about half as long with it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
