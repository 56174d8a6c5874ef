"""Qpid Proton as an encoder and decoder.

Reads jobs from stdin, one on each line, and answers each with a line:

    decode HEX     the value as JSON, in the notation of `amqp decode --json`
    encode JSON    the octets in hexadecimal

or `error: WHY`, or `unsupported: WHY` if the library cannot express the value.
"""

import json
import struct
import sys
import uuid

from proton import Data, char, symbol

NAMES = {
    Data.NULL: "null", Data.BOOL: "boolean", Data.UBYTE: "ubyte", Data.USHORT: "ushort", Data.UINT: "uint",
    Data.ULONG: "ulong", Data.BYTE: "byte", Data.SHORT: "short", Data.INT: "int", Data.LONG: "long",
    Data.FLOAT: "float", Data.DOUBLE: "double", Data.DECIMAL32: "decimal32", Data.DECIMAL64: "decimal64",
    Data.DECIMAL128: "decimal128", Data.CHAR: "char", Data.TIMESTAMP: "timestamp", Data.UUID: "uuid",
    Data.BINARY: "binary", Data.STRING: "string", Data.SYMBOL: "symbol", Data.LIST: "list", Data.MAP: "map",
    Data.ARRAY: "array", Data.DESCRIBED: "described",
}
TYPES = {name: number for number, name in NAMES.items()}

GET = {
    "null": lambda data: None,
    "boolean": lambda data: bool(data.get_bool()),
    "ubyte": lambda data: int(data.get_ubyte()),
    "ushort": lambda data: int(data.get_ushort()),
    "uint": lambda data: int(data.get_uint()),
    "ulong": lambda data: str(int(data.get_ulong())),
    "byte": lambda data: int(data.get_byte()),
    "short": lambda data: int(data.get_short()),
    "int": lambda data: int(data.get_int()),
    "long": lambda data: str(int(data.get_long())),
    "float": lambda data: struct.pack(">f", data.get_float()).hex(),
    "double": lambda data: struct.pack(">d", data.get_double()).hex(),
    "decimal32": lambda data: f"{int(data.get_decimal32()):08x}",
    "decimal64": lambda data: f"{int(data.get_decimal64()):016x}",
    "decimal128": lambda data: bytes(data.get_decimal128()).hex(),
    "char": lambda data: ord(data.get_char()),
    "timestamp": lambda data: str(int(data.get_timestamp())),
    "uuid": lambda data: str(data.get_uuid()),
    "binary": lambda data: bytes(data.get_binary()).hex(),
    "string": lambda data: str(data.get_string()),
    "symbol": lambda data: str(data.get_symbol()),
}

PUT = {
    "null": lambda data, value: data.put_null(),
    "boolean": lambda data, value: data.put_bool(value),
    "ubyte": lambda data, value: data.put_ubyte(value),
    "ushort": lambda data, value: data.put_ushort(value),
    "uint": lambda data, value: data.put_uint(value),
    "ulong": lambda data, value: data.put_ulong(int(value)),
    "byte": lambda data, value: data.put_byte(value),
    "short": lambda data, value: data.put_short(value),
    "int": lambda data, value: data.put_int(value),
    "long": lambda data, value: data.put_long(int(value)),
    "float": lambda data, value: data.put_float(struct.unpack(">f", bytes.fromhex(value))[0]),
    "double": lambda data, value: data.put_double(struct.unpack(">d", bytes.fromhex(value))[0]),
    "decimal32": lambda data, value: data.put_decimal32(int(value, 16)),
    "decimal64": lambda data, value: data.put_decimal64(int(value, 16)),
    "decimal128": lambda data, value: data.put_decimal128(bytes.fromhex(value)),
    "char": lambda data, value: data.put_char(char(chr(value))),
    "timestamp": lambda data, value: data.put_timestamp(int(value)),
    "uuid": lambda data, value: data.put_uuid(uuid.UUID(value)),
    "binary": lambda data, value: data.put_binary(bytes.fromhex(value)),
    "string": lambda data, value: data.put_string(value),
    "symbol": lambda data, value: data.put_symbol(symbol(value)),
}


class Unsupported(Exception):
    pass


def read_next(data):
    if data.next() is None:
        raise ValueError("a value is missing")
    return read(data)


def read(data):
    name = NAMES[data.type()]
    if name in GET:
        return {name: GET[name](data)}
    count = None
    if name == "list":
        count = data.get_list()
    elif name == "map":
        count = data.get_map()
    elif name == "array":
        count, described, of = data.get_array()
        if of is None:
            raise Unsupported("an array of no type")
    data.enter()
    if name == "described":
        value = [read_next(data), read_next(data)]
    elif name == "list":
        value = [read_next(data) for _ in range(count)]
    elif name == "map":
        value = [[read_next(data), read_next(data)] for _ in range(count // 2)]
    else:
        value = {"of": NAMES[of]}
        if described:
            value["descriptors"] = [read_next(data)]
        value["items"] = [read_next(data) for _ in range(count)]
    data.exit()
    return {name: value}


def write(data, json_value):
    ((name, value),) = json_value.items()
    if name in PUT:
        PUT[name](data, value)
        return
    if name == "array":
        descriptors = value.get("descriptors", [])
        if len(descriptors) > 1:
            raise Unsupported("an array has one descriptor")
        data.put_array(bool(descriptors), TYPES[value["of"]])
        inside = descriptors + value["items"]
    else:
        {"list": data.put_list, "map": data.put_map, "described": data.put_described}[name]()
        inside = [item for pair in value for item in pair] if name == "map" else value
    data.enter()
    for item in inside:
        write(data, item)
    data.exit()


def decode(text):
    octets = bytes.fromhex(text)
    data = Data()
    used = data.decode(octets)
    if used != len(octets):
        raise ValueError(f"{used} octets of {len(octets)} were used")
    data.rewind()
    return json.dumps(read_next(data))


def encode(text):
    data = Data()
    write(data, json.loads(text))
    return data.encode().hex()


JOBS = {"decode": decode, "encode": encode}
for line in sys.stdin:
    job, _, argument = line.rstrip("\n").partition(" ")
    try:
        print(JOBS[job](argument))
    except Unsupported as why:
        print(f"unsupported: {why}")
    except Exception as why:  # pylint: disable=broad-except
        print("error: " + f"{type(why).__name__}: {why}".replace("\n", " "))
