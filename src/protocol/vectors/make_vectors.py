#!/usr/bin/env python3
"""Makes the test vectors of V-Proto, the *.json beside this file. Every SDK must pass them.

It shares no code with any of them: frames, checksums, slots, durations and the handshake are computed here
from the protocol's description with Python's own zlib, hmac and unicodedata and with argon2-cffi; messages
are built with the FlatBuffers of PyPI from the field numbers in vproto.fbs.

    pip install -r requirements.txt
    make_vectors.py              writes the files
    make_vectors.py --check      fails when the files are not what would be written
    make_vectors.py --read FILE  reads messages that another implementation wrote (lines "name hex", the names
                                 those of messages.json) and fails when they do not say the same

Bytes are hexadecimal; integers of 64 bits are decimal strings, as JavaScript's numbers do not hold them.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import re
import struct
import sys
import unicodedata
import zlib

import flatbuffers
import lz4.block
import zstandard
from argon2.low_level import Type, hash_secret_raw

HERE = pathlib.Path(__file__).resolve().parent
MAGIC = b"OLEV"
STREAMS = 8


# ---- The schema: names, numbers, types and defaults of fields ----

def read_schema():
    text = re.sub(r"//.*", "", (HERE.parent / "vproto.fbs").read_text())
    enums, tables = {}, {}
    for name, size, body in re.findall(r"enum\s+(\w+)\s*:\s*(\w+)\s*\{(.*?)\}", text, re.S):
        values = {k: int(v, 0) for k, v in re.findall(r"(\w+)\s*=\s*(\w+)", body)}
        enums[name] = (size, values)
    field = re.compile(r"(\w+)\s*:\s*(\[?\w+\]?)\s*(?:=\s*(\w+)\s*)?\(id:\s*(\d+)(?:,\s*required)?\)\s*;")
    for name, body in re.findall(r"table\s+(\w+)\s*\{(.*?)\}", text, re.S):
        tables[name] = {f: (int(i), t, d or "0") for f, t, d, i in field.findall(body)}
    return enums, tables


ENUMS, TABLES = read_schema()
SCALARS = {"bool": ("Bool", "?"), "ubyte": ("Uint8", "B"), "ushort": ("Uint16", "H"), "uint": ("Uint32", "I"),
           "ulong": ("Uint64", "Q"), "long": ("Int64", "q"), "double": ("Float64", "d")}
SIZES = {"bool": 1, "ubyte": 1, "ushort": 2, "uint": 4, "ulong": 8, "long": 8, "double": 8}


def default_of(kind, text):
    if kind in ENUMS:
        return ENUMS[kind][1].get(text, 0)
    return int(text, 0)


# ---- Writing messages with the FlatBuffers of PyPI ----

def add_table(builder, table, values):
    fields = TABLES[table]
    offsets = {}
    for name, value in values.items():
        kind = fields[name][1]
        if kind == "string":
            offsets[name] = builder.CreateString(value)
        elif kind == "[ubyte]":
            offsets[name] = builder.CreateByteVector(bytes.fromhex(value))
        elif kind == "[string]":
            offsets[name] = add_offsets(builder, [builder.CreateString(v) for v in value])
        elif kind.startswith("[") and kind[1:-1] in TABLES:
            offsets[name] = add_offsets(builder, [add_table(builder, kind[1:-1], v) for v in value])
        elif kind.startswith("["):
            element = kind[1:-1]
            builder.StartVector(SIZES[element], len(value), SIZES[element])
            for one in reversed(value):
                getattr(builder, "Prepend" + SCALARS[element][0])(int(one))
            offsets[name] = builder.EndVector()
        elif kind in TABLES:
            offsets[name] = add_table(builder, kind, value)
    builder.StartObject(1 + max([i for i, _, _ in fields.values()], default=-1))
    for name, value in values.items():
        number, kind, default = fields[name]
        if name in offsets:
            builder.PrependUOffsetTRelativeSlot(number, offsets[name], 0)
        else:
            scalar = SCALARS[ENUMS[kind][0] if kind in ENUMS else kind][0]
            number_value = value if kind in ("bool", "double") else int(value)
            getattr(builder, "Prepend" + scalar + "Slot")(number, number_value, default_of(kind, default))
    return builder.EndObject()


def add_offsets(builder, offsets):
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return builder.EndVector()


def message(table, values):
    builder = flatbuffers.Builder(64)
    builder.Finish(add_table(builder, table, values))
    return bytes(builder.Output())


# ---- Reading messages, by hand from the description of the format ----

def read_message(table, body):
    return read_table(table, body, struct.unpack_from("<I", body, 0)[0])


def read_table(table, body, at):
    vtable = at - struct.unpack_from("<i", body, at)[0]
    size = struct.unpack_from("<H", body, vtable)[0]
    values = {}
    for name, (number, kind, _) in TABLES[table].items():
        place = 4 + 2 * number
        offset = struct.unpack_from("<H", body, vtable + place)[0] if place < size else 0
        if offset:
            values[name] = read_field(kind, body, at + offset)
    return values


def read_field(kind, body, at):
    scalar = ENUMS[kind][0] if kind in ENUMS else kind
    if scalar in SCALARS:
        assert at % SIZES[scalar] == 0, f"{kind} at {at} is not aligned"
        value = struct.unpack_from("<" + SCALARS[scalar][1], body, at)[0]
        return str(value) if SIZES[scalar] == 8 and kind != "double" else value
    assert at % 4 == 0, f"an offset at {at} is not aligned"
    at += struct.unpack_from("<I", body, at)[0]
    if kind in TABLES:
        return read_table(kind, body, at)
    assert at % 4 == 0, f"a vector at {at} is not aligned"
    length = struct.unpack_from("<I", body, at)[0]
    at += 4
    if kind == "string":
        assert body[at + length] == 0
        return body[at:at + length].decode()
    if kind == "[ubyte]":
        return body[at:at + length].hex()
    element = kind[1:-1]
    if element == "string" or element in TABLES:
        return [read_field(element, body, at + 4 * i) for i in range(length)]
    return [read_field(element, body, at + SIZES[element] * i) for i in range(length)]


def with_defaults(table, values):
    """Without what is at its default: the same whether it was written or left out."""
    result = {}
    for name, value in values.items():
        _, kind, default = TABLES[table][name]
        if kind in TABLES:
            value = with_defaults(kind, value)
        elif kind.startswith("[") and kind[1:-1] in TABLES:
            value = [with_defaults(kind[1:-1], one) for one in value]
        elif kind != "string" and not kind.startswith("[") and float(value) == default_of(kind, default):
            continue
        result[name] = value
    return result


# ---- Frames ----

def frame(opcode, flags, body):
    covered = MAGIC + struct.pack("<BBQ", opcode, flags, len(body)) + body
    return covered + struct.pack("<I", zlib.crc32(covered))


def frames():
    body = message("GetRequest", {"key": b"user:1".hex()})
    request = frame(0x20, 0, body)

    def valid(name, direction, opcode, flags, content, features=0):
        return {"name": name, "direction": direction, "features": features, "hex": frame(opcode, flags, content).hex(),
                "opcode": opcode, "flags": flags, "body": content.hex()}

    def invalid(name, direction, content, result="error", features=0):
        return {"name": name, "direction": direction, "features": features, "hex": content.hex(), "result": result}

    def length(value):
        return MAGIC + struct.pack("<BBQ", 0x20, 0, value)

    def changed(at, value):
        data = bytearray(request)
        data[at] = value
        return bytes(data)

    def resealed(at, value):
        data = bytearray(request[:-4])
        data[at] = value
        return bytes(data) + struct.pack("<I", zlib.crc32(bytes(data)))

    return {
        "max_length": 16384,
        "valid": [
            valid("GET", "request", 0x20, 0, body),
            valid("GET from any replica", "request", 0x20, 2, body),
            valid("SET with durability always", "request", 0x21, 4,
                  message("SetRequest", {"key": "6b", "value": "76"})),
            valid("QUIT without a body", "request", 0x14, 0, b""),
            valid("the lowest opcode", "request", 0x10, 0, b""),
            valid("the highest opcode, unknown", "request", 0x7E, 0, b"\x00"),
            valid("a body of the greatest length", "request", 0x12, 0, bytes(16384)),
            valid("a response", "response", 0xA0, 0, message("GetResponse", {"found": True, "value": "00ff"})),
            valid("an error", "response", 0xFF, 0, message("ErrorResponse", {"code": 12, "message": "too large"})),
            valid("an empty response", "response", 0x93, 0, b""),
            valid("a frame of a stream, others follow", "response", 0xAA, 0x80, message(
                "ScanResponse", {"entries": [{"key": "61", "value": "31"}]}), STREAMS),
            valid("the last frame of a stream, cut short", "response", 0xAA, 0, message(
                "ScanResponse", {"cursor": "010061"}), STREAMS),
        ],
        "invalid": [
            invalid("nothing", "request", b"", "need_more"),
            invalid("half a header", "request", request[:9], "need_more"),
            invalid("a header alone", "request", request[:14], "need_more"),
            invalid("all but the last byte", "request", request[:-1], "need_more"),
            invalid("HTTP", "request", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            invalid("TLS", "request", bytes.fromhex("16030100c8010000c40303")),
            invalid("the magic number in the other order", "request", b"VELO" + request[4:]),
            invalid("a wrong checksum", "request", changed(len(request) - 1, request[-1] ^ 1)),
            invalid("a changed body", "request", changed(20, request[20] ^ 0x80)),
            invalid("a changed opcode", "request", changed(4, 0x21)),
            invalid("an opcode below the lowest", "request", resealed(4, 0x0F)),
            invalid("version 1", "request", resealed(4, 0x01)),
            invalid("opcode 0x7F", "request", resealed(4, 0x7F)),
            invalid("a response to a server", "request", resealed(4, 0xA0)),
            invalid("a request to a client", "response", request),
            invalid("the response of no request", "response", frame(0x85, 0, b"")),
            invalid("compression that was not negotiated", "request", resealed(5, 0x10)),
            invalid("compression 3", "request", resealed(5, 0x30)),
            invalid("a tag that was not negotiated", "request", resealed(5, 0x40)),
            invalid("more frames of a request", "request", resealed(5, 0x80)),
            invalid("more frames of a request, streams agreed on", "request", resealed(5, 0x80), features=STREAMS),
            invalid("more frames that were not agreed on", "response", frame(0xAA, 0x80, b"")),
            invalid("a tag, streams agreed on", "response", frame(0xAA, 0xC0, b""), features=STREAMS),
            invalid("consistency on a response", "response", frame(0xA0, 1, b"")),
            invalid("a length over the limit", "request", length(16385)),
            invalid("a length over 32 bits", "request", length((1 << 32) + 1)),
            invalid("a length that is negative when signed", "request", length((1 << 64) - 1)),
        ],
    }


# ---- Compressed bodies ----

def compression():
    limit = 1 << 20
    long_text = b"".join(b'{"id":%d,"name":"user %d","active":true}' % (i, i % 7) for i in range(8000))
    text = long_text[:6000]
    mixed = text[:1500] + noise_bytes("mixed", 1500)

    def lz4_block(data):
        return lz4.block.compress(data, store_size=False)

    def zstandard_frame(data, **options):
        return zstandard.ZstdCompressor(**options).compress(data)

    def streamed(data):
        pieces = zstandard.ZstdCompressor(write_content_size=False).compressobj()
        return pieces.compress(data) + pieces.flush()

    def body(length, compressed):
        return struct.pack("<I", length) + compressed

    def valid(name, number, data, compressed):
        return {"name": name, "compression": number, "hex": body(len(data), compressed).hex(),
                "length": len(data), "sha256": sha256(data).hex()}

    def invalid(name, number, content):
        return {"name": name, "compression": number, "hex": content.hex()}

    block, plain = lz4_block(text), zstandard_frame(text)
    sealed = zstandard_frame(text, write_checksum=True)
    broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
    skippable = struct.pack("<II", 0x184D2A50, 3) + b"abc"
    dictionary = zstandard.ZstdCompressionDict(long_text[:4000])
    dictionary_id = zstandard.train_dictionary(2000, [long_text[i:i + 400] for i in range(0, 100_000, 100)])
    size = len(text)
    return {
        "max_length": limit,
        "valid": [
            valid("LZ4", 1, text, block),
            valid("LZ4 of what hardly shrinks", 1, mixed, lz4_block(mixed)),
            valid("LZ4 of one byte", 1, b"x", lz4_block(b"x")),
            valid("LZ4 of the longest body", 1, bytes(limit), lz4_block(bytes(limit))),
            valid("Zstandard", 2, text, plain),
            valid("Zstandard of several blocks", 2, long_text, zstandard_frame(long_text, level=19)),
            valid("Zstandard with a checksum", 2, text, sealed),
            valid("Zstandard that does not say its length", 2, text, streamed(text)),
            valid("Zstandard of what hardly shrinks", 2, mixed, zstandard_frame(mixed)),
            valid("Zstandard of one byte", 2, b"x", zstandard_frame(b"x")),
            valid("Zstandard of the longest body", 2, bytes(limit), zstandard_frame(bytes(limit))),
            valid("Zstandard at a high level", 2, text, zstandard_frame(text, level=19)),
        ],
        "invalid": [
            invalid("nothing", 1, b""),
            invalid("half a length", 2, b"\x01\x00"),
            invalid("a length alone", 1, body(1, b"")),
            invalid("the empty body by LZ4", 1, body(0, b"\x00")),
            invalid("the empty body by Zstandard", 2, body(0, zstandard_frame(b""))),
            invalid("LZ4 over the limit", 1, body(limit + 1, lz4_block(bytes(limit + 1)))),
            invalid("Zstandard over the limit", 2, body(limit + 1, zstandard_frame(bytes(limit + 1)))),
            invalid("a length of 4 GiB", 1, body(0xFFFFFFFF, block)),
            invalid("a length of 2 GiB", 2, body(0x80000000, plain)),
            invalid("LZ4, a byte less claimed", 1, body(size - 1, block)),
            invalid("LZ4, a byte more claimed", 1, body(size + 1, block)),
            invalid("Zstandard, a byte less claimed", 2, body(size - 1, plain)),
            invalid("Zstandard, a byte more claimed", 2, body(size + 1, plain)),
            invalid("a bomb by LZ4", 1, body(1000, lz4_block(bytes(limit)))),
            invalid("a bomb by Zstandard", 2, body(1000, zstandard_frame(bytes(64 << 20)))),
            invalid("a bomb that does not say its length", 2, body(1000, streamed(bytes(64 << 20)))),
            invalid("LZ4, cut", 1, body(size, block[:-1])),
            invalid("LZ4, a byte behind", 1, body(size, block + b"\x00")),
            invalid("LZ4 that points in front of its start", 1, body(20, bytes.fromhex("1f61ffff0150616161616161"))),
            invalid("Zstandard, cut", 2, body(size, plain[:-1])),
            invalid("Zstandard, a byte behind", 2, body(size, plain + b"\x00")),
            invalid("two frames of Zstandard", 2, body(2 * size, plain + plain)),
            invalid("a skippable frame in front", 2, body(size, skippable + plain)),
            invalid("a skippable frame behind", 2, body(size, plain + skippable)),
            invalid("a wrong checksum of Zstandard", 2, body(size, broken)),
            invalid("Zstandard with a dictionary", 2, body(size, zstandard_frame(text, dict_data=dictionary_id))),
            invalid("Zstandard with a dictionary without a name", 2, body(
                size, zstandard_frame(text, dict_data=dictionary))),
            invalid("LZ4 said to be Zstandard", 2, body(size, block)),
            invalid("Zstandard said to be LZ4", 1, body(size, plain)),
            invalid("what is not compressed", 1, body(size, text)),
        ],
    }


def noise_bytes(name, length):
    return b"".join(sha256(b"%s %d" % (name.encode(), i)) for i in range(length // 32 + 1))[:length]


# ---- Messages ----

META = {"timeout_ms": 1500, "seq": "18446744073709551615", "acked_below": "7", "topology_epoch": "1", "allow_proxy": True}
VALID = [
    ("GET", "GetRequest", {"key": "6b6579"}),
    ("GET with all of meta", "GetRequest", {"meta": META, "key": "00"}),
    ("SET with every field", "SetRequest", {
        "meta": {"timeout_ms": 1}, "key": "6b", "value": "0001feff", "encoding": 2, "expiry": 2, "expiry_ms": "7200000",
        "condition": 3, "condition_version": "9223372036854775808", "return_previous": True}),
    ("SET of the empty value", "SetRequest", {"key": "6b", "value": ""}),
    ("a key of 300 bytes", "GetRequest", {"key": "ab" * 300}),
    ("INCR with defaults", "IncrRequest", {"key": "6e"}),
    ("INCR down, from a start", "IncrRequest", {
        "key": "6e", "delta": "-9223372036854775808", "initial": "9223372036854775807", "expiry": 0}),
    ("MGET", "MgetRequest", {"keys": [{"data": "61"}, {"data": "6262"}, {"data": ""}]}),
    ("BATCH", "BatchRequest", {"operations": [
        {"kind": 0, "key": "61", "value": "31", "encoding": 1, "condition": 1},
        {"kind": 1, "key": "62", "condition": 3, "condition_version": "12"},
        {"kind": 2, "key": "63", "delta": "-1"},
        {"kind": 3, "key": "64", "expiry": 3, "expiry_ms": "4102444800000"},
        {"kind": 4, "key": "65", "value": "78"},
        {"kind": 5, "key": "66", "end": "67"},
        {"kind": 5, "key": "68", "prefix": True}]}),
    ("SCAN", "ScanRequest", {
        "start": "61", "end": "7a", "limit": 4294967295, "reverse": True, "keys_only": True, "cursor": "0102"}),
    ("HELLO", "HelloRequest", {
        "protocol_min": 0x020400, "protocol_max": 0x020400, "mechanisms": ["V-SCRAM-ARGON2ID"],
        "binding_types": ["tls-exporter", "velocity-cert-sha256"], "user": "zo\u00eb", "nonce": "11" * 32}),
    ("USE", "UseRequest", {"database": "\u6570\u636e\u5e93 \U0001F680"}),
    ("USER_CREATE", "UserCreateRequest", {
        "name": "app", "password": "736563726574", "role": 2,
        "scopes": [{"database": "shop", "prefix": "636172743a"}, {}]}),
    ("a found value", "GetResponse", {
        "found": True, "value": "7b7d", "encoding": 2, "version": "281474976710655", "ttl_ms": "1"}),
    ("nothing found", "GetResponse", {}),
    ("SET with the previous value", "SetResponse", {
        "applied": True, "version": "2", "previous": {"found": True, "value": "6f6c64", "version": "1"}}),
    ("an INCR's value", "IncrResponse", {"value": "-1", "version": "3"}),
    ("MGET's entries", "MgetResponse", {"entries": [
        {"found": True, "value": "31", "encoding": 1, "version": "5", "ttl_ms": "60000"}, {}, {"found": True}]}),
    ("versions", "BatchResponse", {"versions": ["1", "0", "18446744073709551615"]}),
    ("a page", "ScanResponse", {
        "entries": [{"key": "61", "value": "31"}, {"key": "62", "version": "9"}], "cursor": "62"}),
    ("AUTH's answer", "AuthResponse", {
        "server_signature": "22" * 32, "role": 4, "server_version": "0.1.0", "max_key": 65536, "max_value": "1048576",
        "max_batch": 10000, "max_batch_bytes": "1179648", "max_frame": "1179648", "database": "default"}),
    ("statistics", "StatsResponse", {"uptime_ms": "1", "stats": [{"name": "hits", "value": 0.5}, {"name": "x", "value": -1e300}]}),
    ("problems", "VerifyResponse", {"files": "3", "problems": ["one", "", "three"]}),
    ("slots", "TopologyResponse", {"epoch": "1", "slots": [{"first": 0, "last": 4095, "nodes": [0, 4294967295]}]}),
    ("an error", "ErrorResponse", {
        "code": 18, "message": "operation 3: the version is another", "outcome": 1, "index": 3, "version": "44"}),
    ("an error to repeat elsewhere", "ErrorResponse", {
        "code": 8, "outcome": 1, "retry": 3, "address": "[::1]:2005", "slot": 4095}),
]


def opcode_table():
    numbers = ENUMS["Opcode"][1]
    camel = {name: "".join(w.capitalize() for w in name.split("_")) + "Request" for name in numbers}
    return {camel[name]: name for name in numbers}


def patched(body, at, form, value):
    data = bytearray(body)
    struct.pack_into(form, data, at, value)
    return bytes(data)


def invalid_messages():
    names = opcode_table()
    get = message("GetRequest", {"key": "00112233"})
    root = struct.unpack_from("<I", get, 0)[0]
    vtable = root - struct.unpack_from("<i", get, root)[0]
    key_field = root + struct.unpack_from("<H", get, vtable + 6)[0]
    key = key_field + struct.unpack_from("<I", get, key_field)[0]
    use = message("UseRequest", {"database": "default"})
    text = use.index(b"default")

    def raw(fields, count):
        builder = flatbuffers.Builder(0)
        vector = builder.CreateByteVector(b"k")
        builder.StartObject(count)
        builder.PrependUOffsetTRelativeSlot(1, vector, 0)
        for number, value in fields.items():
            builder.PrependUint8Slot(number, value, 0)
        builder.Finish(builder.EndObject())
        return bytes(builder.Output())

    def alias():
        builder = flatbuffers.Builder(0)
        value = builder.CreateByteVector(bytes(1000))
        builder.StartObject(1)
        builder.PrependUOffsetTRelativeSlot(0, value, 0)
        one = builder.EndObject()
        keys = add_offsets(builder, [one] * 2000)
        builder.StartObject(3)
        builder.PrependUOffsetTRelativeSlot(1, keys, 0)
        builder.Finish(builder.EndObject())
        return bytes(builder.Output())

    protocol = "PROTOCOL_ERROR"
    cases = [
        ("a GET without a key", "GetRequest", message("GetRequest", {}), "INVALID_COMMAND"),
        ("a GET of length 0", "GetRequest", b"", "INVALID_COMMAND"),
        ("an unknown encoding", "SetRequest", raw({3: 3}, 9), "UNSUPPORTED"),
        ("an unknown expiry", "SetRequest", raw({4: 255}, 9), "UNSUPPORTED"),
        ("an unknown field that is set", "GetRequest", raw({2: 1}, 3), "UNSUPPORTED"),
        ("a body of 3 bytes", "GetRequest", get[:3], protocol),
        ("a cut body", "GetRequest", get[:-4], protocol),
        ("a root in front of the body", "GetRequest", patched(get, 0, "<i", -8), protocol),
        ("a root behind the body", "GetRequest", patched(get, 0, "<I", len(get)), protocol),
        ("a vtable in front of the body", "GetRequest", patched(get, root, "<i", root + 2), protocol),
        ("a vtable behind the body", "GetRequest", patched(get, root, "<i", -len(get)), protocol),
        ("a vtable of odd size", "GetRequest", patched(get, vtable, "<H", 7), protocol),
        ("a vtable of 2 bytes", "GetRequest", patched(get, vtable, "<H", 2), protocol),
        ("a vtable over the end", "GetRequest", patched(get, vtable, "<H", 0xFFFE), protocol),
        ("a table over the end", "GetRequest", patched(get, vtable + 2, "<H", 0xFFFF), protocol),
        ("a table of 3 bytes", "GetRequest", patched(get, vtable + 2, "<H", 3), protocol),
        ("a field outside its table", "GetRequest", patched(get, vtable + 6, "<H", 200), protocol),
        ("a field over its table's own offset", "GetRequest", patched(get, vtable + 6, "<H", 2), protocol),
        ("a key in front of the body", "GetRequest", patched(get, key_field, "<i", -1000), protocol),
        ("a key at its own offset", "GetRequest", patched(get, key_field, "<I", 0), protocol),
        ("a key behind the body", "GetRequest", patched(get, key_field, "<I", len(get)), protocol),
        ("a key over the end", "GetRequest", patched(get, key, "<I", 5), protocol),
        ("a key of 4 GiB", "GetRequest", patched(get, key, "<I", 0xFFFFFFFF), protocol),
        ("a million names for one value", "MgetRequest", alias(), protocol),
        ("a string that is not UTF-8", "UseRequest", patched(use, text, "<B", 0xFF), protocol),
        ("a string with a surrogate", "UseRequest", use.replace(b"default", b"\xed\xa0\x80ault"), protocol),
        ("a string with an overlong form", "UseRequest", use.replace(b"default", b"\xc0\x80fault"), protocol),
        ("a string without its NUL", "UseRequest", patched(use, text + 7, "<B", 1), protocol),
    ]
    return [{"name": n, "opcode": names[t], "hex": b.hex(), "error": e} for n, t, b, e in cases]


def messages():
    valid = [{"name": n, "table": t, "hex": message(t, v).hex(), "fields": v} for n, t, v in VALID]
    for vector in valid:
        told = read_message(vector["table"], bytes.fromhex(vector["hex"]))
        same = with_defaults(vector["table"], told) == with_defaults(vector["table"], vector["fields"])
        assert same, f'{vector["name"]}: {told}'
    return {"valid": valid, "invalid": invalid_messages()}


# ---- The handshake ----

def mac(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


def sha256(data):
    return hashlib.sha256(data).digest()


def noise(name, length):
    return sha256(name.encode())[:length]


def transcript(name, salted, hello, answer, binding, data, inputs):
    client_key, server_key = mac(salted, b"Client Key"), mac(salted, b"Server Key")
    stored_key = sha256(client_key)
    parts = [b"V-SCRAM-ARGON2ID/1", hello, answer, binding.encode(), data]
    auth = b"".join(struct.pack("<I", len(part)) + part for part in parts)
    proof = bytes(a ^ b for a, b in zip(client_key, mac(stored_key, auth)))
    return {"name": name, **inputs, "hello": hello.hex(), "hello_response": answer.hex(), "binding_type": binding,
            "binding_data": data.hex(), "auth_message": auth.hex(), "stored_key": stored_key.hex(),
            "server_key": server_key.hex(), "proof": proof.hex(), "server_signature": mac(server_key, auth).hex()}


def password_transcript(name, password, m, t, p, binding):
    prepared = unicodedata.normalize("NFC", password).encode()
    salt = noise(name + " salt", 16)
    salted = hash_secret_raw(prepared, salt, t, m, p, 32, Type.ID, 0x13)
    hello = message("HelloRequest", {
        "protocol_min": 0x020400, "protocol_max": 0x020400, "mechanisms": ["V-SCRAM-ARGON2ID"],
        "binding_types": [binding], "user": "user", "nonce": noise(name + " client", 32).hex()})
    answer = message("HelloResponse", {
        "protocol": 0x020400, "mechanism": "V-SCRAM-ARGON2ID", "binding_type": binding,
        "nonce": noise(name + " server", 32).hex(), "salt": salt.hex(), "argon2_memory_kib": m,
        "argon2_iterations": t, "argon2_parallelism": p})
    inputs = {"password": password, "prepared": prepared.hex(), "salt": salt.hex(), "memory_kib": m,
              "iterations": t, "parallelism": p, "record": ""}
    data = b"" if binding == "none" else noise(name + " binding", 32)
    vector = transcript(name, salted, hello, answer, binding, data, inputs)
    record = struct.pack("<BIII", 1, m, t, p) + salt
    vector["record"] = record.hex() + vector["stored_key"] + vector["server_key"]
    return vector


def token_transcript():
    token_id, secret = noise("token id", 8), noise("token secret", 32)
    text = "vdb_" + base64.urlsafe_b64encode(token_id + secret).decode().rstrip("=")
    hello = message("HelloRequest", {
        "protocol_min": 0x020400, "protocol_max": 0x020400, "mechanisms": ["V-SCRAM-ARGON2ID"],
        "binding_types": ["velocity-cert-sha256"], "token_id": token_id.hex(), "nonce": noise("t client", 32).hex()})
    answer = message("HelloResponse", {
        "protocol": 0x020400, "mechanism": "V-SCRAM-ARGON2ID", "binding_type": "velocity-cert-sha256",
        "nonce": noise("t server", 32).hex()})
    inputs = {"token": text, "token_id": token_id.hex(), "secret": secret.hex()}
    return transcript("a token", secret, hello, answer, "velocity-cert-sha256", noise("t binding", 32), inputs)


def unknown_user(user):
    secret = noise("server secret", 32)
    digest = mac(secret, user.encode())
    return {"server_secret": secret.hex(), "user": user, "salt": digest[:16].hex()}


def scram():
    key = bytes.fromhex("302a300506032b6570032100") + noise("a public key", 32)
    refused = ["", "x" * 1025, "\u00fc" * 513, "a\0b", "\0"]
    return {
        "passwords": [
            password_transcript("ASCII", "correct horse battery staple", 19456, 2, 1, "velocity-cert-sha256"),
            password_transcript("composed", "p\u00e4ssw\u00f6rd", 19456, 2, 1, "tls-exporter"),
            password_transcript("decomposed", "pa\u0308sswo\u0308rd", 19456, 2, 1, "tls-exporter"),
            password_transcript("other parameters", "\u6f22\u5b57 \U0001F680", 32768, 3, 2, "velocity-cert-sha256"),
            password_transcript("plaintext", "x", 19456, 2, 1, "none"),
            password_transcript("the longest", "\u00fc" * 512, 19456, 2, 1, "none"),
        ],
        "tokens": [token_transcript()],
        "refused_passwords": refused,
        "unknown_users": [unknown_user(u) for u in ("nobody", "zo\u00eb", "")],
        "fingerprints": [{"subject_public_key_info": key.hex(),
                          "text": "SHA256:" + base64.b64encode(sha256(key)).decode().rstrip("=")}],
    }


# ---- Version 1 ----

def v1():
    def lp(data):
        data = data.encode() if isinstance(data, str) else data
        return struct.pack("<I", len(data)) + data

    def frame1(kind, payload, version=1):
        covered = MAGIC + struct.pack("<BBI", version, kind, len(payload)) + payload
        return covered + struct.pack("<I", zlib.crc32(covered))

    def valid(name, kind, payload):
        return {"name": name, "hex": frame1(kind, payload).hex(), "type": kind, "payload": payload.hex()}

    def invalid(name, content, result="error"):
        return {"name": name, "hex": content.hex(), "result": result}

    def command(number, *fields):
        return bytes([number]) + b"".join(fields)

    def u64(value):
        return struct.pack("<Q", value)

    def i64(value):
        return struct.pack("<q", value)

    nonce, answer_nonce, salt = noise("v1 client", 32), noise("v1 server", 32), noise("v1 salt", 16)
    fingerprint, binding = noise("v1 fingerprint", 32), noise("v1 certificate", 32)
    hello = bytes([1, 1]) + lp("old client") + lp("zo\u00eb") + nonce
    info = bytes([1]) + fingerprint + answer_nonce + salt + struct.pack("<III", 19456, 2, 1)
    salted = hash_secret_raw(b"secret", salt, 2, 19456, 1, 32, Type.ID, 0x13)
    login = transcript("version 1", salted, hello, info, "velocity-cert-sha256", binding, {
        "password": "secret", "salt": salt.hex(), "memory_kib": 19456, "iterations": 2, "parallelism": 1})
    proof, signature = bytes.fromhex(login["proof"]), bytes.fromhex(login["server_signature"])
    get = frame1(0x10, command(1, lp("user:1")))

    def resealed(at, value):
        data = bytearray(get[:-4])
        data[at] = value
        return bytes(data) + struct.pack("<I", zlib.crc32(bytes(data)))

    commands = [
        ("GET", command(1, lp("user:1"))),
        ("SET", command(2, lp("k"), lp(bytes(range(256))), u64(60_000))),
        ("DELETE", command(3, lp("k"))),
        ("INCR", command(4, lp("n"), i64(-(1 << 63)))),
        ("EXISTS", command(5, lp("k"))),
        ("TTL", command(6, lp("k"))),
        ("EXPIRE", command(7, lp("k"), u64(1))),
        ("USE", command(8, lp("\u6570\u636e"))),
        ("SCAN", command(9, lp(""), struct.pack("<I", 10))),
    ]
    responses = [
        ("GET", command(1, lp("value"))),
        ("SET", command(2, u64((1 << 64) - 1))),
        ("DELETE", command(3, b"\x01")),
        ("INCR", command(4, i64(-1))),
        ("EXISTS", command(5, b"\x00")),
        ("TTL of a missing key", command(6, i64(-2))),
        ("EXPIRE", command(7, b"\x01")),
        ("USE", command(8)),
        ("SCAN", command(9, struct.pack("<I", 2), lp("a"), lp("1"), lp("b"), lp(""))),
    ]
    return {
        "max_length": 16384,
        "valid": [
            valid("HELLO", 0x01, hello),
            valid("SERVER_INFO", 0x02, info),
            valid("AUTH_REQUEST by proof", 0x03, b"\x01" + proof),
            valid("AUTH_REQUEST by token", 0x03, b"\x02" + lp("vdb_" + "A" * 54)),
            valid("AUTH_RESPONSE", 0x04, b"\x01" + signature + lp("readwrite")),
            valid("AUTH_RESPONSE to a token", 0x04, b"\x01" + bytes(32) + lp("admin")),
            valid("DISCONNECT", 0x05, lp("bye")),
            *[valid(name, 0x10, payload) for name, payload in commands],
            *[valid("RESPONSE to " + name, 0x11, payload) for name, payload in responses],
            valid("ERROR", 0x12, struct.pack("<H", 4) + lp("there is no such key")),
            valid("PING", 0x20, b"\x00\xff"),
            valid("PONG", 0x21, b""),
            valid("STATS", 0x22, b""),
            valid("STATS' answer", 0x22, lp('{"reads":1}')),
            valid("an unknown type", 0x7F, b"x"),
            valid("a payload of the greatest length", 0x20, bytes(16384)),
        ],
        "invalid": [
            invalid("nothing", b"", "need_more"),
            invalid("half a header", get[:7], "need_more"),
            invalid("a header alone", get[:10], "need_more"),
            invalid("all but the last byte", get[:-1], "need_more"),
            invalid("HTTP", b"GET / HTTP/1.1\r\n"),
            invalid("the magic number in the other order", b"VELO" + get[4:]),
            invalid("version 0", resealed(4, 0)),
            invalid("version 2", resealed(4, 2)),
            invalid("a frame of 2.4", frame(0x20, 0, message("GetRequest", {"key": "6b"}))),
            invalid("a wrong checksum", get[:-1] + bytes([get[-1] ^ 1])),
            invalid("a changed type", get[:5] + b"\x20" + get[6:]),
            invalid("a length over the limit", MAGIC + struct.pack("<BBI", 1, 0x20, 16385)),
            invalid("a length that is negative when signed", MAGIC + struct.pack("<BBI", 1, 0x20, 0xFFFFFFFF)),
        ],
        "hellos": [
            {"hex": hello.hex(), "version_min": 1, "version_max": 1, "client_name": "old client", "user": "zo\u00eb",
             "nonce": nonce.hex()},
            {"hex": (bytes([0, 9]) + lp("") + lp("") + nonce).hex(), "version_min": 0, "version_max": 9,
             "client_name": "", "user": "", "nonce": nonce.hex()},
        ],
        "refused_hellos": [
            {"name": "empty", "hex": ""},
            {"name": "a name over the end", "hex": (bytes([1, 1]) + struct.pack("<I", 1000) + b"abc").hex()},
            {"name": "a name of 4 GiB", "hex": (bytes([1, 1]) + struct.pack("<I", 0xFFFFFFFF) + b"abc").hex()},
            {"name": "a name that is not UTF-8", "hex": (bytes([1, 1]) + lp(b"\xff") + lp("u") + nonce).hex()},
            {"name": "a short nonce", "hex": hello[:-1].hex()},
            {"name": "a byte too many", "hex": (hello + b"\x00").hex()},
        ],
        "server_infos": [{"hex": info.hex(), "version": 1, "fingerprint": fingerprint.hex(), "nonce": answer_nonce.hex(),
                          "salt": salt.hex(), "memory_kib": 19456, "iterations": 2, "parallelism": 1}],
        "auth_responses": [
            {"hex": (b"\x01" + signature + lp("readwrite")).hex(), "ok": True, "signature": signature.hex(),
             "role": "readwrite"}],
        "logins": [login],
    }


# ---- Slots, durations, URLs ----

def slots():
    def tag(key):
        start = key.find(b"{")
        end = key.find(b"}", start + 1) if start >= 0 else -1
        return key[start + 1:end] if start >= 0 and end > start + 1 else key

    keys = [b"", b"user:1", b"{user:1}:cart", b"a{user:1}b{x}", b"{}user", b"{user:1", b"user}:1{", b"{{user}}",
            b"}{a}", b"{a}{b}", bytes(range(256)), b"123456789", "{\u00e9}".encode()]
    return [{"key": key.hex(), "slot": zlib.crc32(tag(key)) & 0xFFF} for key in keys]


def durations():
    units = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
    good = ["2h", "90s", "1d12h", "500ms", "15m", "4w", "0s", "1m30s", "1h1h", " 2h ", "36500d", "9223372036854775ms"]

    def value(text):
        return sum(int(n) * units[u] for n, u in re.findall(r"(\d+)(ms|s|m|h|d|w)", text))

    bad = ["", " ", "2", "h", "2 h", "-2h", "+2h", "2.5h", "2H", "2hours", "1h30", "h2", "2h,", "99999999999999999w",
           "106751991168d", "1\u0662s"]
    return {"valid": [{"text": text, "ms": str(value(text))} for text in good], "invalid": bad}


def urls():
    def url(text, tls=True, user=None, password=None, endpoints=(("localhost", 2005),), database="default", ms=None):
        return {"url": text, "tls": tls, "user": user, "password": password,
                "endpoints": [{"host": h, "port": p} for h, p in endpoints], "database": database, "timeout_ms": ms}

    return {
        "valid": [
            url("vdb://localhost"),
            url("vdbs://localhost"),
            url("vdb+plain://localhost", tls=False),
            url("vdb://localhost/"),
            url("vdb://localhost:1/shop", endpoints=[("localhost", 1)], database="shop"),
            url("vdb://127.0.0.1:65535", endpoints=[("127.0.0.1", 65535)]),
            url("vdb://app@localhost", user="app"),
            url("vdb://app:secret@localhost/shop?timeout=4s", user="app", password="secret", database="shop", ms=4000),
            url("vdb://app:@localhost", user="app", password=""),
            url("vdb://a%40b:p%3a%2f%3F%23%40%25@localhost", user="a@b", password="p:/?#@%"),
            url("vdb://a:b:c@localhost", user="a", password="b:c"),
            url("vdb://a:b@c@localhost", user="a", password="b@c"),
            url("vdb://zo%C3%AB:\u00fc+ @localhost/d%20b", user="zo\u00eb", password="\u00fc+ ", database="d b"),
            url("vdb://[::1]", endpoints=[("::1", 2005)]),
            url("vdb://u@[2001:db8::2]:9/x", user="u", endpoints=[("2001:db8::2", 9)], database="x"),
            url("vdb://[fe80::1%25eth0]:1", endpoints=[("fe80::1%eth0", 1)]),
            url("vdb://a,b:1,[::1]:2,10.0.0.1/db", database="db",
                endpoints=[("a", 2005), ("b", 1), ("::1", 2), ("10.0.0.1", 2005)]),
            url("vdb://localhost?timeout=250ms", ms=250),
            url("vdb://internal-v1", endpoints=[("internal-v1", 2005)]),
        ],
        "invalid": [
            {"url": "", "says": "vdb://"},
            {"url": "localhost", "says": "vdb://"},
            {"url": "http://localhost", "says": "vdb://"},
            {"url": "VDB:localhost", "says": "vdb://"},
            {"url": "vdb://", "says": "host is missing"},
            {"url": "vdb:///db", "says": "host is missing"},
            {"url": "vdb://a,,b", "says": "host is missing"},
            {"url": "vdb://a,", "says": "host is missing"},
            {"url": "vdb://@localhost", "says": "user in front of @ is missing"},
            {"url": "vdb://:pw@localhost", "says": "user in front of @ is missing"},
            {"url": "vdb://localhost:", "says": "1 to 65535"},
            {"url": "vdb://localhost:0", "says": "1 and 65535"},
            {"url": "vdb://localhost:65536", "says": "1 and 65535"},
            {"url": "vdb://localhost:2005x", "says": "1 to 65535"},
            {"url": "vdb://localhost:-1", "says": "1 to 65535"},
            {"url": "vdb://::1", "says": "[::1]:2005"},
            {"url": "vdb://[::1", "says": "[::1]:2005"},
            {"url": "vdb://[localhost]", "says": "[::1]:2005"},
            {"url": "vdb://[::1]2005", "says": "1 to 65535"},
            {"url": "vdb://local host", "says": "not the name or address of a host"},
            {"url": "vdb://-host", "says": "not the name or address of a host"},
            {"url": "vdb://h/d%2", "says": "%25"},
            {"url": "vdb://h/d%zz", "says": "%25"},
            {"url": "vdb://u%@h", "says": "%25"},
            {"url": "vdb://h/%FF", "says": "not UTF-8"},
            {"url": "vdb://h#part", "says": "%23"},
            {"url": "vdb://h?", "says": "timeout is"},
            {"url": "vdb://h?tmeout=4s", "says": "timeout is"},
            {"url": "vdb://h?timeout=", "says": "not a duration"},
            {"url": "vdb://h?timeout=4", "says": "not a duration"},
            {"url": "vdb://h?timeout=0s", "says": "longer than zero"},
            {"url": "vdb://h?timeout=1s&timeout=2s", "says": "twice"},
        ],
    }


FILES = {"frames": frames, "compression": compression, "messages": messages, "scram": scram, "v1": v1, "slots": slots, "durations": durations, "urls": urls}


def read_written(path):
    expected = {name: (table, values) for name, table, values in VALID}
    lines = pathlib.Path(path).read_text().splitlines()
    for line in lines:
        name, body = line.rsplit(" ", 1)
        table, values = expected.pop(name)
        told = with_defaults(table, read_message(table, bytes.fromhex(body)))
        assert told == with_defaults(table, values), f"{name}: {told}"
    assert not expected, f"missing: {list(expected)}"
    print(f"{len(lines)} messages say what they should")


def main():
    if sys.argv[1:2] == ["--read"]:
        return read_written(sys.argv[2])
    wrong = []
    for name, make in FILES.items():
        path = HERE / f"{name}.json"
        text = json.dumps(make(), indent=1, ensure_ascii=True) + "\n"
        if sys.argv[1:] == ["--check"]:
            if not path.exists() or path.read_text() != text:
                wrong.append(path.name)
        else:
            path.write_text(text)
    if wrong:
        sys.exit(f"not what make_vectors.py makes: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
