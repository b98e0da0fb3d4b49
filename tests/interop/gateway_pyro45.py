# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""The real Pyro 4 or 5 on one side of a gateway.

    gateway_pyro45.py 4|5 server         prints "ready URI" and serves one object
    gateway_pyro45.py 4|5 client URI     uses that of the other side through the gateway, prints "ok"
"""
import sys
import threading

if sys.argv[1] == "4":
    import Pyro4 as P
else:
    import Pyro5.api as P


@P.expose
class Probe(object):
    def echo(self, value):
        return value

    def fail(self, text):
        raise ValueError(text, 42)

    def kinds(self):
        return ["ascii", u"text \u20ac", 12345678901234567890, (1, 2), {"k": None}, b"\xff\xfe"]

    def ask(self, callback, text):
        return "they said " + callback.answer(text)

    def tick(self, callback):
        callback.tick("now")


@P.expose
class Callback(object):
    def __init__(self):
        self.ticked = threading.Event()

    def answer(self, text):
        return "heard " + text

    def tick(self, text):
        self.ticked.set()


def check(what, is_good):
    if not is_good:
        raise AssertionError(what)


def serve():
    daemon = P.Daemon(host="127.0.0.1", port=0)
    print("ready", daemon.register(Probe(), "probe"), flush=True)
    daemon.requestLoop()


def use(uri):
    probe = P.Proxy(uri)
    value = [1, -2.5, None, True, "ascii", u"text \u20ac", (1, 2), {"k": [1]}]
    check("echo", probe.echo(value) == value)
    try:
        probe.fail("no")
        check("raises", False)
    except ValueError as x:
        check("exception", tuple(x.args) == ("no", 42))
        check("traceback", any("ValueError" in line for line in x._pyroTraceback))
    kinds = probe.kinds()
    check("kinds", kinds[0] == "ascii" and kinds[1] == u"text \u20ac" and kinds[2] == 12345678901234567890)
    check("tuple", kinds[3] == (1, 2))
    check("bytes", kinds[5] == {"data": "//4=", "encoding": "base64"})  # what serpent makes of them
    daemon = P.Daemon(host="127.0.0.1", port=0)
    callback = Callback()
    daemon.register(callback)
    threading.Thread(target=daemon.requestLoop, daemon=True).start()
    check("callback", probe.ask(callback, "you") == "they said heard you")
    probe.tick(callback)
    check("ticked", callback.ticked.wait(10))
    print("ok", flush=True)


if __name__ == "__main__":
    serve() if sys.argv[2] == "server" else use(sys.argv[3])
