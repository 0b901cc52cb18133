"""missbgm.h by ctypes."""
import ctypes
import os
import threading

import numpy as np


class MissBgmError(ValueError):
    """What the library could not do, in a sentence; `code` is that of missbgm.h."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


class _Options(ctypes.Structure):
    _fields_ = [
        ("seed", ctypes.c_uint64), ("row_offset", ctypes.c_int64), ("alpha", ctypes.c_double), ("chains", ctypes.c_int32), ("draws", ctypes.c_int32),
        ("threads", ctypes.c_int32), ("mode_only", ctypes.c_int32), ("imputations", ctypes.c_int32), ("reserved", ctypes.c_int32),
    ]


_lock, _loaded = threading.Lock(), {}


def _library():
    path = os.environ.get("MISSBGM_LIBRARY", "libmissbgm.so")
    with _lock:
        if path not in _loaded:
            library = ctypes.CDLL(path)
            for name in ("missbgm_last_error", "missbgm_column_name", "missbgm_level_name"):
                getattr(library, name).restype = ctypes.c_char_p
            _loaded[path] = library
        return _loaded[path]


class Model:
    """A loaded model: its columns, and imputation of rows of numbers."""

    def __init__(self, path):
        self._library = _library()
        self._handle = ctypes.c_void_p()
        self._require(self._library.missbgm_load(os.fsencode(path), ctypes.byref(self._handle)))
        count = range(self._library.missbgm_column_count(self._handle))
        self.columns = [self._library.missbgm_column_name(self._handle, j).decode() for j in count]
        self.is_integer = [self._library.missbgm_column_type(self._handle, j) == 1 for j in count]
        self.levels = [
            [self._library.missbgm_level_name(self._handle, j, k).decode() for k in range(self._library.missbgm_level_count(self._handle, j))] or None
            for j in count
        ]

    def impute(self, values, imputations=0, **options):
        """completed, standard_deviation, lower, upper, each [rows, columns], and imputations, [m, rows, columns]; all by name."""
        values = np.ascontiguousarray(values, dtype=np.float64)
        if values.ndim != 2 or values.shape[1] != len(self.columns):
            raise ValueError(f"The rows have shape {values.shape}; allowed is [rows, {len(self.columns)}], the model's columns {', '.join(self.columns)}.")
        found = {name: np.empty_like(values) for name in ("completed", "standard_deviation", "lower", "upper")}
        found["imputations"] = np.empty((imputations, *values.shape))
        place = lambda array: ctypes.c_void_p(array.ctypes.data) if array.size else ctypes.c_void_p()
        settings = _Options(imputations=imputations, **options)
        self._require(self._library.missbgm_impute(self._handle, ctypes.byref(settings), ctypes.c_int64(len(values)), place(values), *map(place, found.values())))
        return found

    def _require(self, code):
        if code:
            raise MissBgmError(self._library.missbgm_last_error().decode(), code)

    def __del__(self):
        if getattr(self, "_handle", None):
            self._library.missbgm_free(self._handle)
