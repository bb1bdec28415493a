"""The numbers inside an ONNX file, read and replaced without ONNX: a dictionary that learns keeps the graphs it had.

A file is a Protocol Buffers message: fields, each a number, a wire type and a value, in any order.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

#: Field numbers of ModelProto, GraphProto and TensorProto, and what a tensor of half floats calls itself (onnx.proto).
_GRAPH, _INITIALIZER = 7, 5
_DIMS, _TYPE, _NAME, _RAW = 1, 2, 8, 9
_HALF_FLOATS = 10
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def weights_in(data: bytes, name: str) -> Array:
    """The half floats that the graph calls `name`. `ValueError` where there are none."""
    for _, tensor in _tensors(data, name):
        dims = [int(value) for number, _, value in _fields(tensor) if number == _DIMS and isinstance(value, int)]
        raw = [value for number, _, value in _fields(tensor) if number == _RAW and isinstance(value, bytes)]
        kind = [value for number, _, value in _fields(tensor) if number == _TYPE]
        if dims and len(raw) == 1 and kind == [_HALF_FLOATS]:
            return np.frombuffer(raw[0], "<f2").reshape(dims).astype(np.float32)
    raise ValueError(f"the graph has no {name!r} of half floats")


def with_weights(data: bytes, name: str, values: npt.ArrayLike) -> bytes:
    """The same file with other half floats under `name`, of any shape. `ValueError` where there are none."""
    weights_in(data, name)
    halves = np.ascontiguousarray(values, "<f2")
    made = b"".join(_field(_DIMS, size) for size in halves.shape)
    made += _field(_TYPE, _HALF_FLOATS) + _field(_NAME, name.encode()) + _field(_RAW, halves.tobytes())
    graph = bytearray()
    for number, field, value in _fields(_graph(data)):
        replaced = number == _INITIALIZER and isinstance(value, bytes) and _named(value, name)
        graph += _field(_INITIALIZER, made) if replaced else field
    return b"".join(_field(_GRAPH, bytes(graph)) if number == _GRAPH else field for number, field, _ in _fields(data))


def _graph(data: bytes) -> bytes:
    for number, _, value in _fields(data):
        if number == _GRAPH and isinstance(value, bytes):
            return value
    raise ValueError("it is no ONNX file")


def _tensors(data: bytes, name: str) -> Iterator[tuple[bytes, bytes]]:
    for number, field, value in _fields(_graph(data)):
        if number == _INITIALIZER and isinstance(value, bytes) and _named(value, name):
            yield field, value


def _named(tensor: bytes, name: str) -> bool:
    return any(number == _NAME and value == name.encode() for number, _, value in _fields(tensor))


def _fields(data: bytes) -> Iterator[tuple[int, bytes, int | bytes]]:
    """Each field's number, the field as it is written, and its value. `ValueError` where it is none."""
    at = 0
    while at < len(data):
        begin = at
        key, at = _varint(data, at)
        value: int | bytes
        match key & 7:
            case wire if wire == _VARINT:
                value, at = _varint(data, at)
            case wire if wire == _BYTES:
                size, at = _varint(data, at)
                value, at = data[at : at + size], at + size
            case wire if wire in (_FIXED64, _FIXED32):
                size = 8 if wire == _FIXED64 else 4
                value, at = data[at : at + size], at + size
            case wire:
                raise ValueError(f"it has a field of wire type {wire}")
        if at > len(data):
            raise ValueError("it ends within a field")
        yield key >> 3, data[begin:at], value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        byte, at = data[at], at + 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("it ends within a number")


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _number(number << 3 | _VARINT) + _number(value)
    return _number(number << 3 | _BYTES) + _number(len(value)) + value


def _number(value: int) -> bytes:
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    made.append(value)
    return bytes(made)
