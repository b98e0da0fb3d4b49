# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""A real Pyro 4 or 5 on the other side.

    pyro45_peer.py 4|5 server [KEY]                      prints "ready PORT" and serves the object demo
    pyro45_peer.py 4|5 client PORT SERIALIZER [KEY]      calls the object demo of a server of ours, prints "ok"
"""
import sys
import uuid

GENERATION = sys.argv[1]
if GENERATION == "4":
    import Pyro4 as P
    P.config.SERIALIZERS_ACCEPTED = {"serpent", "json", "marshal", "msgpack", "pickle"}
    context = P.current_context
    Batch = P.batch
else:
    import Pyro5.api as P
    context = P.current_context
    Batch = P.BatchProxy


class Demo(object):
    def __init__(self):
        self._title = "first"
        self.noted = []

    @P.expose
    def echo(self, value):
        return value

    @P.expose
    def add(self, a, b=10):
        return a + b

    @P.expose
    def fail(self):
        raise ValueError("wrong", 42)

    @P.expose
    @P.oneway
    def note(self, what):
        self.noted.append(what)

    @P.expose
    def counter(self, n):
        for i in range(n):
            yield i

    @P.expose
    def notes(self):
        return self.noted

    @P.expose
    def forget(self):
        del self.noted[:]

    @P.expose
    def seen(self):
        return [str(context.correlation_id), bytes(context.annotations.get("TEST", b"")).decode()]

    @P.expose
    def relay(self, callback, text):
        return callback.answer(text)

    @P.expose
    @property
    def title(self):
        return self._title

    @title.setter
    def title(self, value):
        self._title = value


class Hidden(object):
    def secret(self):
        pass


def serve():
    """A key, or unix:PATH for a socket in place of the port, may follow."""
    path = sys.argv[3][5:] if len(sys.argv) > 3 and sys.argv[3].startswith("unix:") else None
    daemon = P.Daemon(unixsocket=path) if path else P.Daemon(host="127.0.0.1", port=0)
    if len(sys.argv) > 3 and not path:
        daemon._pyroHmacKey = sys.argv[3].encode()
    daemon.register(Demo(), "demo")
    daemon.register(Hidden(), "hidden")
    print("ready", 0 if path else daemon.sock.getsockname()[1], flush=True)
    daemon.requestLoop()


def check(what, is_good):
    if not is_good:
        raise AssertionError(what)


def call():
    port, serializer = sys.argv[3], sys.argv[4]
    proxy = P.Proxy("PYRO:demo@127.0.0.1:" + port)
    if len(sys.argv) > 5:
        proxy._pyroHmacKey = sys.argv[5].encode()
    if GENERATION == "4":
        proxy._pyroSerializer = serializer
    else:
        proxy._pyroSerializer = serializer
    context.correlation_id = uuid.UUID(int=7)
    proxy._pyroBind()
    check("metadata", "echo" in proxy._pyroMethods and "note" in proxy._pyroOneway and "title" in proxy._pyroAttrs)
    value = [1, -5, 2 ** 40, 1.5, None, True, u"text \u20ac", {"k": [1, 2]}]
    check("echo", proxy.echo(value) == value)
    check("keywords", proxy.add(1, b=2) == 3)
    try:
        proxy.fail()
        check("raises", False)
    except ValueError as x:
        check("exception", list(x.args) == ["wrong", 42] and "our traceback\n" in x._pyroTraceback)
    check("oneway", proxy.note("x") is None)
    check("stream", list(proxy.counter(3)) == [0, 1, 2])
    early = proxy.counter(100)
    next(early)
    early.close()
    if serializer != "marshal":  # the reference cannot send these over marshal
        check("attribute", proxy.title == "first")
        proxy.title = "second"
        check("changed", proxy.title == "second")
        batch = Batch(proxy)
        batch.add(1, 1)
        batch.add(2, b=2)
        check("batch", list(batch()) == [2, 4])
        batch = Batch(proxy)
        batch.add(1, 1)
        batch.fail()
        results = batch()
        check("batch begins", next(results) == 2)
        try:
            next(results)
            check("batch raises", False)
        except ValueError as x:
            check("batch exception", list(x.args) == ["wrong", 42])
    try:
        proxy._pyroInvoke("nothing", [], {})
        check("unknown", False)
    except AttributeError:
        pass
    check("after errors", proxy.echo("still there") == "still there")
    proxy._pyroRelease()
    print("ok", flush=True)


if __name__ == "__main__":
    serve() if sys.argv[2] == "server" else call()
