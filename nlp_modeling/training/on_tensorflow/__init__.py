"""Trains with TensorFlow: the step, the loop, devices and checkpoints."""
