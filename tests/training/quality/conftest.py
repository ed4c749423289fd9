from tests.training.datasets.conftest import clean

__all__ = ["clean"]
