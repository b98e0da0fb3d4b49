# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""The other side of the codec tests: reads lines of hex, loads each with the real library, and prints what it got.

    codec_peer.py serpent [literals] | marshal [version] | json | msgpack

A line of output is the tagged JSON form of the value, a tab, and the hex of what the library writes for it.
"""
import datetime
import json
import marshal
import sys


def loads_dumps(name):
    if name == "serpent":
        import serpent
        literal = "literals" in sys.argv
        return serpent.loads, lambda v: serpent.dumps(v, module_in_classname=True, bytes_repr=literal)
    if name == "marshal":
        version = int(sys.argv[2]) if len(sys.argv) > 2 else marshal.version
        return marshal.loads, lambda v: marshal.dumps(v, version)
    if name == "json":
        return (lambda b: json.loads(b.decode("utf-8"))), lambda v: json.dumps(v, ensure_ascii=False).encode("utf-8")
    import Pyro4.util
    serializer = Pyro4.util.MsgpackSerializer()
    return serializer.loads, serializer.dumps


def is_text(s):
    try:
        s.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def tag(v):
    if v is None or v is True or v is False:
        return v
    if v is Ellipsis:
        return {"$ellipsis": True}
    t = type(v)
    if t is int:
        return v if abs(v) < 2 ** 53 else {"$int": str(v)}
    if t is float:
        return {"$float": repr(v)}
    if t is complex:
        return {"$complex": [repr(v.real), repr(v.imag)]}
    if t is str:
        return v if is_text(v) else {"$str16": v.encode("utf-16-be", "surrogatepass").hex()}
    if t is bytes:
        return {"$bytes": v.hex()}
    if t is list:
        return [tag(i) for i in v]
    if t is tuple:
        return {"$tuple": [tag(i) for i in v]}
    if t is set:
        return {"$set": [tag(i) for i in v]}
    if t is frozenset:
        return {"$frozenset": [tag(i) for i in v]}
    if t is dict:
        if v.get("__class__") == "float" and v.get("value") == "nan" and len(v) == 2:
            return {"$float": "nan"}  # what serpent writes for it; Pyro turns it back
        if all(type(k) is str and is_text(k) and not k.startswith("$") for k in v):
            return {k: tag(i) for k, i in v.items()}
        return {"$dict": [[tag(k), tag(i)] for k, i in v.items()]}
    if t is datetime.datetime:
        return {"$datetime": v.isoformat()}
    if t is datetime.date:
        return {"$date": v.isoformat()}
    raise TypeError(t)


def main():
    loads, dumps = loads_dumps(sys.argv[1])
    for line in sys.stdin:
        try:
            value = loads(bytes.fromhex(line.strip()))
            print(json.dumps(tag(value)) + "\t" + dumps(value).hex())
        except Exception as x:
            print(json.dumps({"failed": type(x).__name__ + ": " + str(x)}) + "\t")


if __name__ == "__main__":
    main()
