"""Imputes tables with fitted MissBGM models, in scikit-learn's manner, over the C library libmissbgm."""
from ._imputer import MissBgmImputer
from ._library import MissBgmError

__all__ = ["MissBgmError", "MissBgmImputer"]
