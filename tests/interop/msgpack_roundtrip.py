"""The other side of PythonInteropTests: MessagePack of Wippy.Shared against Debian's python3-msgpack.

Values are described in JSON as in DescribedValue.cs: one object of one property (nil, bool, int, float, str, bin,
array, map, ext, time). Each line, in and out, is {"bytes": hex, "value": description}.

  check    reads lines, decodes the bytes, compares them with the description, prints the bytes encoded again
  produce  prints values of its own
"""

import json
import struct
import sys

try:
    import msgpack
except ImportError:
    sys.exit("python3-msgpack is missing: apt-get install python3-msgpack")


def describe(value):
    if value is None:
        return {"nil": None}
    if isinstance(value, bool):  # before int, which bool is a subclass of
        return {"bool": value}
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": struct.pack(">d", value).hex()}
    if isinstance(value, str):
        return {"str": value}
    if isinstance(value, bytes):
        return {"bin": value.hex()}
    if isinstance(value, list):
        return {"array": [describe(element) for element in value]}
    if isinstance(value, dict):
        return {"map": [[describe(key), describe(element)] for key, element in value.items()]}
    if isinstance(value, msgpack.Timestamp):
        return {"time": [str(value.seconds), value.nanoseconds]}
    if isinstance(value, msgpack.ExtType):
        return {"ext": [value.code, value.data.hex()]}
    raise TypeError(f"{type(value).__name__} has no description")


def emit(encoded, value):
    print(json.dumps({"bytes": encoded.hex(), "value": describe(value)}))


def check():
    for number, line in enumerate(sys.stdin, start=1):
        case = json.loads(line)
        value = msgpack.unpackb(bytes.fromhex(case["bytes"]), strict_map_key=False)
        if describe(value) != case["value"]:
            sys.exit(f"line {number}: {case['bytes'][:200]} is {str(describe(value))[:500]}, "
                     f"expected {str(case['value'])[:500]}")
        emit(msgpack.packb(value), value)


def produce():
    edges = [0, 1, 31, 32, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31, 2**32, 2**63 - 1]
    values = [None, True, False, 2**64 - 1, -(2**63), *edges, *(-edge for edge in edges)]
    values += [0.0, -0.0, 0.1, 1.0, 1e300, float("inf"), float("-inf")]
    for size in (0, 1, 2, 3, 4, 8, 15, 16, 17, 31, 32, 255, 256, 65536):
        values += [
            "ä" * size,
            bytes(size),
            [None] * size,
            dict.fromkeys(range(size)),
            msgpack.ExtType(42, bytes(size)),
        ]
    values += [
        msgpack.Timestamp(seconds, nanoseconds)
        for seconds in (0, 1, 2**32 - 1, 2**32, 2**34 - 1, 2**34, 253402300799)
        for nanoseconds in (0, 1, 999_999_999)
    ]
    values += [msgpack.Timestamp(-1, 999_999_999), msgpack.Timestamp(-62135596800, 0)]
    values.append({"a": [1, {"b": [b"\xc1", None, {}], "c": msgpack.Timestamp(5, 6)}], -7: [[], [[]]]})
    for value in values:
        emit(msgpack.packb(value), value)
    for value in (0.5, -1.25, float("inf")):
        emit(msgpack.packb(value, use_single_float=True), value)


MODES = {"check": check, "produce": produce}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in MODES:
        sys.exit(f"usage: {sys.argv[0]} check|produce")
    MODES[sys.argv[1]]()
