"""The few calls of the onnxruntime package that examples/python makes, over ONNX Runtime's C API: where Debian and this project's registries do not have the package
itself, the example still runs on the true library. ONNXRUNTIME_LIBRARY names libonnxruntime.so."""
import ctypes
import os
from types import SimpleNamespace

import numpy

_library = ctypes.CDLL(os.environ["ONNXRUNTIME_LIBRARY"])
_library.OrtGetApiBase.restype = ctypes.POINTER(ctypes.c_void_p)
_get_api = ctypes.CFUNCTYPE(ctypes.POINTER(ctypes.c_void_p), ctypes.c_uint32)(_library.OrtGetApiBase()[0])
_api = _get_api(17)

# Places in the table of functions, OrtApi of onnxruntime_c_api.h; they never change.
_PLACES = {
    "CreateEnv": 3, "CreateSession": 7, "Run": 9, "CreateSessionOptions": 10, "SessionGetInputCount": 30, "SessionGetOutputCount": 31, "SessionGetInputName": 36,
    "SessionGetOutputName": 37, "CreateTensorWithDataAsOrtValue": 49, "GetTensorMutableData": 51, "GetTensorElementType": 60, "GetDimensionsCount": 61,
    "GetDimensions": 62, "GetTensorTypeAndShape": 65, "CreateCpuMemoryInfo": 69, "GetAllocatorWithDefaultOptions": 78,
}
_TYPES = {1: numpy.float32, 7: numpy.int64, 11: numpy.float64}
_message = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)(_api[2])


def _call(name, *arguments):
    """Calls a function; numbers are passed as size_t, and a status that is not null is an error."""
    converted = [ctypes.c_size_t(argument) if isinstance(argument, int) else argument for argument in arguments]
    status = ctypes.CFUNCTYPE(ctypes.c_void_p, *(type(argument) if not hasattr(argument, "_obj") else ctypes.c_void_p for argument in converted))(
        _api[_PLACES[name]])(*converted)
    if status:
        raise RuntimeError(_message(status).decode())


def _made(name, *arguments):
    made = ctypes.c_void_p()
    _call(name, *arguments, ctypes.byref(made))
    return made


class InferenceSession:
    """A graph to be run."""

    def __init__(self, path, providers=None):
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        self._env = _made("CreateEnv", ctypes.c_int(3), ctypes.c_char_p(b"example"))
        self._session = _made("CreateSession", self._env, ctypes.c_char_p(path.encode()), _made("CreateSessionOptions"))
        self._memory = _made("CreateCpuMemoryInfo", ctypes.c_int(0), ctypes.c_int(0))

    def get_outputs(self):
        return [SimpleNamespace(name=name.decode()) for name in self._names()]

    def _names(self):
        count, allocator = ctypes.c_size_t(), _made("GetAllocatorWithDefaultOptions")
        _call("SessionGetOutputCount", self._session, ctypes.byref(count))
        return [ctypes.cast(_made("SessionGetOutputName", self._session, i, allocator), ctypes.c_char_p).value for i in range(count.value)]

    def run(self, names, feeds):
        arrays = {name: numpy.asarray(value, order="C") for name, value in feeds.items()}
        values = (ctypes.c_void_p * len(arrays))(*(self._tensor(array).value for array in arrays.values()))
        outputs = [name.encode() for name in names] if names else self._names()
        results = (ctypes.c_void_p * len(outputs))()
        texts = lambda items: (ctypes.c_char_p * len(items))(*items)
        _call("Run", self._session, ctypes.c_void_p(), texts([name.encode() for name in arrays]), values, len(arrays), texts(outputs), len(outputs), results)
        return [self._array(ctypes.c_void_p(result)) for result in results]

    def _tensor(self, array):
        shape = (ctypes.c_int64 * array.ndim)(*array.shape)
        kind = next(number for number, kind in _TYPES.items() if kind == array.dtype)
        return _made("CreateTensorWithDataAsOrtValue", self._memory, ctypes.c_void_p(array.ctypes.data), array.nbytes, shape, array.ndim, ctypes.c_int(kind))

    @staticmethod
    def _array(value):
        info, rank, kind = _made("GetTensorTypeAndShape", value), ctypes.c_size_t(), ctypes.c_int()
        _call("GetDimensionsCount", info, ctypes.byref(rank))
        _call("GetTensorElementType", info, ctypes.byref(kind))
        shape = (ctypes.c_int64 * rank.value)()
        _call("GetDimensions", info, shape, rank.value)
        data = _made("GetTensorMutableData", value)
        size = int(numpy.prod(shape)) * numpy.dtype(_TYPES[kind.value]).itemsize
        return numpy.frombuffer(ctypes.string_at(data, size), _TYPES[kind.value]).reshape(tuple(shape))
