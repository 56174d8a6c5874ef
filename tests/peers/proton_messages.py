"""The messages of the cases, and what Proton gives to its user, as text in the notation of the tests."""

import uuid

import proton
from proton import Data, Delivery, Message, symbol

VALUES = [
    ("null", None),
    ("true", True),
    ("ubyte", proton.ubyte(255)),
    ("ushort", proton.ushort(65535)),
    ("uint", proton.uint(2**32 - 1)),
    ("ulong", proton.ulong(2**64 - 1)),
    ("byte", proton.byte(-128)),
    ("short", proton.short(-32768)),
    ("int", proton.int32(-(2**31))),
    ("long", -(2**63)),
    ("float", proton.float32(1.5)),
    ("double", -0.25),
    ("char", proton.char("\U0001f980")),
    ("timestamp", proton.timestamp(1700000000123)),
    ("uuid", uuid.UUID(bytes=bytes([7] * 16))),
    ("binary", b"\0\xff"),
    ("string", "grüße"),
    ("long string", "x" * 300),
    ("symbol", symbol("red")),
    ("list", [proton.int32(1), None, "two"]),
    ("map", {"one": proton.int32(1), "inner": {"two": True}}),
    ("array", proton.Array(proton.UNDESCRIBED, Data.INT, proton.int32(1), proton.int32(300))),
]

# The more special types come first, because they are classes that inherit from those of Python.
NAMES = [
    (bool, "boolean"), (proton.ubyte, "ubyte"), (proton.ushort, "ushort"), (proton.uint, "uint"),
    (proton.ulong, "ulong"), (proton.byte, "byte"), (proton.short, "short"), (proton.int32, "int"),
    (proton.timestamp, "timestamp"), (int, "long"), (proton.float32, "float"), (float, "double"),
    (symbol, "symbol"), (proton.char, "char"), (str, "string"),
]


def show(value):
    if value is None:
        return "null"
    if isinstance(value, (bytes, memoryview)):
        return f"binary {bytes(value).hex()}"
    if isinstance(value, uuid.UUID):
        return f"uuid {value.hex}"
    if isinstance(value, proton.Array):
        return f"array {show_list(value.elements)}"
    if isinstance(value, (list, tuple)):
        return f"list {show_list(value)}"
    if isinstance(value, dict):
        return f"map {show_map({show(key): it for key, it in value.items()})}"
    name = next(name for kind, name in NAMES if isinstance(value, kind))
    if name == "char":
        return f"char {ord(value)}"
    if name == "boolean":
        return f"boolean {str(value).lower()}"
    plain = str if name in ("symbol", "string") else float if name in ("float", "double") else int
    return f"{name} {plain(value)}"


def show_list(values):
    return f"[{', '.join(show(value) for value in values)}]"


def show_map(entries):
    return "{" + ", ".join(sorted(f"{key}: {show(value)}" for key, value in entries.items())) + "}"


def show_message(message):
    body = message.body
    # Proton tells the kind of a body by `inferred` and the type of the body.
    if not message.inferred:
        kind = f"value {show(body)}"
    elif isinstance(body, list):
        kind = f"sequence {show_list(body)}"
    else:
        kind = f"data {bytes(body).hex()}"
    text = f"{message.subject} {kind}"
    for name, value in [("message-id", message.id), ("correlation-id", message.correlation_id)]:
        text += f" {name}={show(value)}" if value is not None else ""
    # Proton takes the absence of a content type for its name.
    content_type = None if message.content_type == "None" else message.content_type
    for name, value in [("reply-to", message.reply_to), ("group-id", message.group_id), ("content-type", content_type)]:
        text += f" {name}={value}" if value else ""
    return f"{text} {show_map(message.properties)}" if message.properties else text


def messages():
    for name, value in VALUES:
        yield Message(subject=name, body=value, inferred=False)
    yield Message(subject="data", body=b"\0octets\xff", inferred=True)
    yield Message(subject="empty data", body=b"", inferred=True)
    yield Message(subject="sequence", body=[proton.int32(1), "two", None], inferred=True)
    yield Message(
        subject="full", body="body", id="id", reply_to="reply", correlation_id="correlation",
        content_type="text/plain", group_id="group",
        properties={"string": "text", "int": proton.int32(7), "long": -(2**63), "double": 2.5, "boolean": True},
    )


def show_outcome(delivery):
    state, remote = delivery.remote_state, delivery.remote
    if state == Delivery.REJECTED:
        return f"rejected {remote.condition.name} {remote.condition.description}"
    if state == Delivery.MODIFIED:
        return (f"modified failed={str(remote.failed).lower()} undeliverable={str(remote.undeliverable).lower()} "
                + show_map(remote.annotations or {}))
    return {Delivery.ACCEPTED: "accepted", Delivery.RELEASED: "released"}[state]


def show_condition(condition):
    text = f"{condition.name} {condition.description}" if condition else "without an error"
    return f"{text} {show_map(condition.info)}" if condition and condition.info else text


def numbered(number):
    return Message(subject=str(number), body=str(number).encode(), inferred=True)


def pattern(size):
    return (bytes(range(251)) * (size // 251 + 1))[:size]
