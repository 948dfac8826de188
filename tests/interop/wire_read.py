"""Reads a recorded connection between two nodes with Debian's python3-msgpack, by docs/wire-format.md alone.

Input, one JSON object: {"key": hex, "dialler": hex, "listener": hex}, the key of the pair of zones and all bytes that
each side sent. Output: one JSON line per frame, {"side", "type", "seq", field: value, ...}. Ends with a message and
exit code 1 at the first byte that is not as specified, wrong proofs included.
"""

import hashlib
import hmac
import json
import struct
import sys

try:
    import msgpack
except ImportError:
    sys.exit("python3-msgpack is missing: apt-get install python3-msgpack")

MAX_HANDSHAKE_FRAME = 4096
MAX_FRAME = 16 << 20

FRAMES = {
    1: ("send", ["from", "entry", "actor", "to", "topic", "payload", "trace"]),
    2: ("signal", ["kind", "from", "to", "at", "result", "error"]),
    3: ("ask", ["request", "kind", "from", "entry", "actor", "to", "reason"]),
    4: ("spawn", ["request", "parent", "parent_entry", "actor", "scope", "context", "entry",
              "host", "monitor", "link", "exec", "result", "name", "messages", "arguments", "trace", "service"]),
    5: ("reply", ["request", "error", "value"]),
    6: ("register", ["request", "name", "pid", "caller"]),
    7: ("unregister", ["request", "name", "caller"]),
    8: ("release", ["pid"]),
    9: ("names", ["names", "is_last"]),
    10: ("name_changed", ["name", "pid"]),
    11: ("members", ["members"]),
    12: ("heartbeat", ["processes", "received"]),
    13: ("goodbye", ["reason"]),
    14: ("event", ["from", "entry", "actor", "system", "kind", "path", "data"]),
    15: ("result", ["request", "result", "error"]),
    16: ("services", ["is_returning", "services"]),
    20: ("registry_change", ["request", "is_first", "from_version", "to_version", "changes"]),
    21: ("registry_apply", ["request", "action", "from", "entry", "actor", "version", "changes"]),
    28: ("observe", ["request", "pid"]),
    29: ("report", ["request", "report"]),
    32: ("hello", ["protocol", "version", "node", "zone", "session", "incarnation", "base_hash", "address",
                   "wants_entries", "resumes", "nonce"]),
    33: ("proof", ["hmac"]),
    34: ("refused", ["reason"]),
    35: ("entries", ["base_hash", "entries"]),
}
HANDSHAKE = {"hello", "proof", "refused", "entries"}
UNNUMBERED = HANDSHAKE | {"heartbeat"}
PIDS = {"from", "to", "parent", "pid", "caller"}
ERROR, GRAPH, REFERENCE = 1, 2, 3


def unpack(data):
    """One value; Lua strings need not be UTF-8."""
    return msgpack.unpackb(data, strict_map_key=False, unicode_errors="surrogateescape", timestamp=0)


def readable(value):
    """A value as JSON, with the ext codes of Lua values taken apart."""
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): readable(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, msgpack.Timestamp):
        return {"time": value.seconds}
    if isinstance(value, msgpack.ExtType):
        if value.code == ERROR:
            kind, message, retryable, details, stack = unpack(value.data)
            return {"error": [kind, message, retryable, readable(details), stack]}
        if value.code == GRAPH:
            return {"graph": readable(unpack(value.data))}
        if value.code == REFERENCE:
            return {"reference": struct.unpack(">I", value.data)[0]}
        sys.exit(f"ext type {value.code} is not specified")
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return value


def check_pid(value):
    if value is None:
        return
    if not (isinstance(value, list) and [type(part) for part in value] == [str, str, int] and value[2] > 0):
        sys.exit(f"{value!r} is not a PID")


def frames(side, data):
    """Yields (name, raw frame without length, fields) for all frames of one side."""
    position, last = 0, 0
    while position < len(data):
        (length,) = struct.unpack_from(">I", data, position)
        raw = data[position + 4:position + 4 + length]
        position += 4 + length
        if len(raw) != length:
            sys.exit(f"{side}: the last frame is cut off")
        array = unpack(raw)
        number, sequence = array[:2]
        if number not in FRAMES:
            sys.exit(f"{side}: type {number} is not specified")
        name, fields = FRAMES[number]
        if len(array) != 2 + len(fields):
            sys.exit(f"{side}: {name} frame of {len(array)} elements")
        if length > (MAX_HANDSHAKE_FRAME if name in HANDSHAKE - {"entries"} else MAX_FRAME):
            sys.exit(f"{side}: {name} frame of {length} bytes")
        if name in UNNUMBERED:
            if sequence != 0:
                sys.exit(f"{side}: {name} frame has number {sequence}")
        else:
            last += 1
            if sequence != last:
                sys.exit(f"{side}: {name} frame has number {sequence}, expected {last}")
        fields = dict(zip(fields, array[2:]))
        for field in PIDS & fields.keys():
            check_pid(fields[field])
        yield name, raw, sequence, fields


def proof(key, side, hellos):
    transcript = b"".join(struct.pack(">I", len(hello)) + hello for hello in hellos)
    return hmac.new(key, f"wippy channel {side}\0".encode() + transcript, hashlib.sha256).digest()


def main():
    recording = json.load(sys.stdin)
    key = bytes.fromhex(recording["key"])
    sides = {side: list(frames(side, bytes.fromhex(recording[side]))) for side in ("dialler", "listener")}
    hellos = [sides[side][0][1] for side in ("dialler", "listener")]
    for side, read in sides.items():
        if [name for name, *_ in read[:3]] != ["hello", "proof", "heartbeat"]:
            sys.exit(f"{side}: does not begin with hello, proof and heartbeat")
        if not hmac.compare_digest(read[1][3]["hmac"], proof(key, side, hellos)):
            sys.exit(f"{side}: wrong proof")
        for name, _, sequence, fields in read:
            line = {"side": side, "type": name, "seq": sequence}
            line.update((field, readable(value)) for field, value in fields.items())
            print(json.dumps(line))


if __name__ == "__main__":
    main()
