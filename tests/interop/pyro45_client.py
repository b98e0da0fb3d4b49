# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""Uses the demo objects with the real Pyro 4 or Pyro 5 client.

    pyro45_client.py 4|5 HOST:PORT SERIALIZER CHECK [KEY]     prints "ok CHECK"
"""
import sys
import threading
import time
import types
import uuid

GENERATION, LOCATION, SERIALIZER, CHECK = sys.argv[1:5]
KEY = sys.argv[5] if len(sys.argv) > 5 else None
if GENERATION == "4":
    import Pyro4 as P
    import Pyro4.errors as errors
    P.config.SERIALIZERS_ACCEPTED = {"serpent", "json", "marshal", "msgpack", "pickle"}
    context = P.current_context
    Batch = P.batch
    register = P.util.SerializerBase.register_dict_to_class
else:
    import Pyro5.api as P
    import Pyro5.errors as errors
    context = P.current_context
    Batch = P.BatchProxy
    register = P.register_dict_to_class
P.config.SERIALIZER = SERIALIZER


class EchoError(Exception):
    pass


class OverdrawError(Exception):
    pass


def revive(kind):
    def make(name, data):
        error = kind(*data["args"])
        for attribute, value in data["attributes"].items():
            setattr(error, attribute, value)
        return error
    return make


# For the serializers that send class dicts, and for pickle.
demo = types.ModuleType("demo")
for kind in (EchoError, OverdrawError):
    register("demo." + kind.__name__, revive(kind))
    kind.__module__ = "demo"
    setattr(demo, kind.__name__, kind)
sys.modules["demo"] = demo


def proxy(name):
    made = P.Proxy("PYRO:%s@%s" % (name, LOCATION))
    if KEY:
        made._pyroHmacKey = KEY.encode()
    return made


def same(got, wanted):
    assert type(got) is type(wanted) and got == wanted, "got %r, wanted %r" % (got, wanted)


def sequence(got, wanted):
    assert list(got) == list(wanted), "got %r, wanted %r" % (got, wanted)


def raises(kind, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError("%r did not raise %r" % (function, kind))


def eventually(what, function):
    for _ in range(200):
        if function():
            return
        time.sleep(0.02)
    raise AssertionError(what)


def check_values():
    with proxy("demo.echo") as echo:
        for value in (None, True, 0, -5, 2 ** 40, 2 ** 70, 1.5, -0.0, "text \u20ac \U0001f600", "", [], [1, [2, []]],
                      {}, {"a": 1, "b": {"c": [None]}}):
            if SERIALIZER == "marshal" or value != -0.0:
                same(echo.echo(value), value)
        if SERIALIZER in ("serpent", "marshal", "pickle"):
            same(echo.echo((1, (2,), ())), (1, (2,), ()))
            same(echo.echo({1, 2, 3}), {1, 2, 3})
            same(echo.echo(1 + 2j), 1 + 2j)
        if SERIALIZER in ("marshal", "msgpack", "pickle"):
            same(echo.echo(b"\x00\xff"), b"\x00\xff")
        big = "x" * (1 << 20)
        same(echo.echo(big), big)


def check_arguments():
    with proxy("demo.echo") as echo:
        args, kwargs = echo.args(1, "two", three=3)
        sequence(args, [1, "two"])
        same(kwargs, {"three": 3})
        args, kwargs = echo.args()
        sequence(args, [])
        same(kwargs, {})
        raises(TypeError, echo.echo)
        raises(TypeError, echo.echo, 1, 2)
        same(echo.echo(value="named"), "named")


def check_errors():
    with proxy("demo.echo") as echo:
        error = raises(ValueError, echo.fail, "wrong")
        sequence(error.args, ["wrong"])
        lines = error._pyroTraceback
        assert lines[0].startswith("Traceback") and "demo.echo" in "".join(lines), lines
        assert lines[-1] == "ValueError: wrong\n", lines
        error = raises(EchoError, echo.crash, "broken")
        sequence(error.args, ["broken"])
        same(error.code, 42)
        assert error._pyroTraceback
    with proxy("demo.bank") as bank:
        name = "account-" + str(uuid.uuid4())
        same(raises(KeyError, bank.balance, name).args, (name,))
        bank.open(name)
        same(bank.deposit(name, 5), 5)
        error = raises(OverdrawError, bank.withdraw, name, 7)
        sequence(error.args, [name, 2])
        same(error.missing, 2)
        same(bank.balance(name), 5)
        same(bank.accounts()[name], 5)
        raises(ValueError, bank.open, name)


def check_refused_class():
    with proxy("demo.echo") as echo:
        value = EchoError("x") if SERIALIZER == "pickle" else {"__class__": "lab.Thing", "x": 1}
        name = "demo.EchoError" if SERIALIZER == "pickle" else "lab.Thing"
        error = raises(TypeError, echo.echo, value)
        assert str(error).startswith("class '%s' is not accepted here" % name), str(error)
        same(echo.echo("still there"), "still there")


def check_not_there():
    echo = proxy("demo.echo")
    echo._pyroBind()
    raises(AttributeError, lambda: echo.nothing)
    for name, text in (("_private", "attempt to access private attribute '_private'"),
                       ("__class__", "attempt to access private attribute '__class__'"),
                       ("nothing", "'Echo' object has no attribute 'nothing'"),
                       ("counter", "attempt to access unexposed attribute 'counter'"),
                       ("echo.__func__", "'Echo' object has no attribute 'echo.__func__'")):
        same(str(raises(AttributeError, echo._pyroInvoke, name, (), {})), text)
    error = raises(errors.DaemonError, echo._pyroInvoke, "echo", (1,), {}, objectId="nowhere")
    same(str(error), "unknown object")
    same(echo.echo(1), 1)
    error = raises(errors.CommunicationError, proxy("nowhere")._pyroBind)
    assert str(error).endswith("rejected: unknown object"), str(error)


def check_metadata():
    with proxy("demo.echo") as echo:
        echo._pyroBind()
        same(set(echo._pyroMethods), {"echo", "args", "fail", "crash", "sleep", "note", "notes", "clear"})
        same(set(echo._pyroOneway), {"note"})
        same(set(echo._pyroAttrs), {"counter"})


def check_attributes():
    with proxy("demo.echo") as echo:
        echo.counter = 17
        same(echo.counter, 17)
        raises(TypeError, setattr, echo, "counter", "no integer")
        same(echo.counter, 17)
    with proxy("demo.thermometer") as thermometer:
        assert 15 < thermometer.temperature < 30
        raises(AttributeError, setattr, thermometer, "temperature", 1.0)
        readings = thermometer.readings(3)
        same(len(readings), 3)
        same(len(readings[0]), 2)


def check_oneway():
    with proxy("demo.echo") as echo:
        mark = str(uuid.uuid4())
        same(echo.note(mark), None)
        eventually("the note came", lambda: mark in echo.notes())
        begin = time.time()
        batch = Batch(echo)
        batch.sleep(0.3)
        batch.note(mark + " batch")
        same(batch(oneway=True), None)
        assert time.time() - begin < 0.25
        assert mark + " batch" in echo.notes()  # served in line, before the next call
        assert time.time() - begin >= 0.28


def check_batch():
    with proxy("demo.echo") as echo:
        batch = Batch(echo)
        batch.echo(1)
        batch.args(2, x=3)
        results = list(batch())
        same(results[0], 1)
        sequence(results[1][0], [2])
        batch = Batch(echo)
        batch.echo(1)
        batch.fail("wrong")
        batch.echo(2)
        results = batch()
        same(next(results), 1)
        error = raises(ValueError, next, results)
        assert error._pyroTraceback
        same(list(Batch(echo)()), [])


def check_streams():
    with proxy("demo.files") as files:
        same(list(files.count(5)), [0, 1, 2, 3, 4])
        same(list(files.count(0)), [])
        stream = files.count(1000)
        same(next(stream), 0)
        same(files.table(1)[0]["id"], 0)  # another call in between
        same(next(stream), 1)
        stream.close()
        error = raises(errors.PyroError, files._pyroInvoke, "get_next_stream_item", ["gone"], {}, objectId="Pyro.Daemon")
        same(str(error), "item stream terminated")
        # Linger: the connection goes, the stream stays for a while.
        stream = files.count(3)
        same(next(stream), 0)
        identity = stream.streamId
    with proxy("demo.files") as files:
        same(files._pyroInvoke("get_next_stream_item", [identity], {}, objectId="Pyro.Daemon"), 1)


def check_files():
    with proxy("demo.files") as files:
        if SERIALIZER == "json":  # it cannot carry bytes, ours or theirs
            raises(TypeError, files.blob, 300)
            same(len(files.table(1000)), 1000)
            return
        blob = files.blob(300)
        if SERIALIZER == "serpent":
            import serpent
            blob = serpent.tobytes(blob)
        same(bytes(blob), bytes(bytearray(i & 255 for i in range(300))))
        same(len(files.table(1000)), 1000)


def check_proxies():
    with proxy("demo.files") as files:
        made = files.make("one")
        assert isinstance(made, P.Proxy), repr(made)
        same(set(made._pyroMethods), {"name", "close"})
        if KEY:
            made._pyroHmacKey = KEY.encode()
        same(made.name(), "one")
        made.close()
        raises(errors.DaemonError, made.name)
        made._pyroRelease()
    with proxy("demo.echo") as echo:
        back = echo.echo(P.Proxy("PYRO:other@127.0.0.1:1"))
        assert isinstance(back, P.Proxy) and str(back._pyroUri) == "PYRO:other@127.0.0.1:1", repr(back)
        if SERIALIZER != "marshal":
            same(echo.echo(P.URI("PYRO:other@127.0.0.1:1")), P.URI("PYRO:other@127.0.0.1:1"))


def check_daemon():
    with proxy("Pyro.Daemon") as daemon:
        ids = daemon.registered()
        for name in ("Pyro.Daemon", "demo.echo", "demo.thermometer", "demo.bank", "demo.clock", "demo.files",
                     "demo.market"):
            assert name in ids, ids
        assert not [each for each in ids if ":" in each], ids
        same(daemon.ping(), None)
        assert daemon.info().startswith("Pyro.Daemon bound on " + LOCATION), daemon.info()
        metadata = daemon.get_metadata("demo.echo")
        same(set(metadata["oneway"]), {"note"})
        assert "echo" in metadata["methods"] and "counter" in metadata["attrs"]
        if GENERATION == "4":
            same(daemon.get_metadata("demo.echo", as_lists=True)["oneway"], ["note"])
        raises(errors.DaemonError, daemon.get_metadata, "nowhere")


class Callback(object):
    def __init__(self):
        self.ticks = []

    @P.expose
    @P.oneway
    def tick(self, text):
        self.ticks.append(text)

    @P.expose
    def answer(self, text):
        if text == "fail":
            raise ValueError("no answer")
        return "answer to " + text


def check_callbacks():
    daemon = P.Daemon(host="127.0.0.1", port=0)
    if KEY:
        daemon._pyroHmacKey = KEY.encode()
    callback = Callback()
    daemon.register(callback)
    thread = threading.Thread(target=daemon.requestLoop)
    thread.daemon = True
    thread.start()
    with proxy("demo.clock") as clock:
        clock.register(callback)
        clock.register(callback)
        assert clock.tick("now") >= 1
        eventually("the tick came", lambda: callback.ticks == ["now"])
        assert "answer to me" in clock.ask("me")
        error = raises(ValueError, clock.ask, "fail")
        sequence(error.args, ["no answer"])
        clock.unregister(callback)
        assert "answer to me" not in clock.ask("me")
        clock.register(callback)
        daemon.shutdown()
        thread.join(10)
        daemon.close()
        clock.tick("gone")
        assert "answer to me" not in clock.ask("me")


def check_parallel():
    def call():
        with proxy("demo.echo") as echo:
            echo.sleep(1)
    begin = time.time()
    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.time() - begin < 3, time.time() - begin


def check_timeout():
    with proxy("demo.echo") as echo:
        echo._pyroTimeout = 0.3
        raises(errors.TimeoutError, echo.sleep, 2)
        echo._pyroTimeout = None
        same(echo.echo("again"), "again")


def check_key():
    with proxy("demo.echo") as echo:
        same(echo.echo("with the key"), "with the key")
    stranger = P.Proxy("PYRO:demo.echo@" + LOCATION)
    raises(errors.CommunicationError, stranger._pyroBind)
    stranger._pyroHmacKey = b"wrong"
    raises(errors.CommunicationError, stranger._pyroBind)


globals()["check_" + CHECK]()
print("ok " + CHECK)
