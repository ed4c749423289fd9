"""What can go wrong, as a tree.

LonganError
├── ManifestError       an algorithm.yaml that cannot be used
├── ModelError          an ONNX file that cannot be loaded or run
│   └── AdmissionError  a submitted model that was refused; carries its reasons
├── DatasetError        labelled data that cannot be read
└── (scenarios, serving and training add their own below this root)
"""


class LonganError(Exception):
    """Every error we raise on purpose: says what was expected, what came, what to do."""


class ManifestError(LonganError):
    """An algorithm manifest is missing, malformed or disagrees with its model."""


class ModelError(LonganError):
    """An ONNX file cannot be loaded or run."""


class AdmissionError(ModelError):
    """A submitted model was refused."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons
        """One sentence for each thing that is wrong, in the order found."""


class DatasetError(LonganError):
    """Labelled data is missing or malformed."""
