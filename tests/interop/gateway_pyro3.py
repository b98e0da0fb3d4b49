# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""The real Pyro 3 (Python 2.7) on one side of a gateway.

    gateway_pyro3.py server         prints "ready URI" and serves one object
    gateway_pyro3.py client URI     uses that of the other side through the gateway, prints "ok"
"""
import sys
import threading

import Pyro.core


class Probe(Pyro.core.ObjBase):
    def echo(self, value):
        return value

    def fail(self, text):
        raise ValueError(text, 42)

    def kinds(self):
        return ["ascii", u"text \u20ac", 12345678901234567890, (1, 2), {"k": None}, "\xff\xfe"]

    def ask(self, callback, text):
        return "they said " + callback.answer(text)

    def tick(self, callback):
        callback.tick("now")


class Callback(Pyro.core.ObjBase):
    def __init__(self):
        Pyro.core.ObjBase.__init__(self)
        self.ticked = threading.Event()

    def answer(self, text):
        return "heard " + text

    def tick(self, text):
        self.ticked.set()


def check(what, is_good):
    if not is_good:
        raise AssertionError(what)


def serve():
    Pyro.core.initServer(banner=0)
    daemon = Pyro.core.Daemon(host="127.0.0.1")
    uri = daemon.connect(Probe(), "probe")
    print "ready %s" % uri
    sys.stdout.flush()
    daemon.requestLoop()


def use(uri):
    Pyro.core.initClient(banner=0)
    Pyro.core.initServer(banner=0)
    probe = Pyro.core.getProxyForURI(uri)
    value = [1, -2.5, None, True, "ascii", u"text \u20ac", (1, 2), {"k": [1]}]
    check("echo", probe.echo(value) == value)
    try:
        probe.fail("no")
        check("raises", False)
    except ValueError as x:
        check("exception", x.args == ("no", 42))
    kinds = probe.kinds()
    check("kinds", kinds[0] == "ascii" and kinds[1] == u"text \u20ac" and kinds[2] == 12345678901234567890)
    check("bytes", kinds[5] == "\xff\xfe")
    daemon = Pyro.core.Daemon(host="127.0.0.1")
    callback = Callback()
    daemon.connect(callback)
    thread = threading.Thread(target=daemon.requestLoop)
    thread.setDaemon(True)
    thread.start()
    check("callback", probe.ask(callback.getProxy(), "you") == "they said heard you")
    probe.tick(callback.getProxy())
    check("ticked", callback.ticked.wait(10))
    print "ok"


if __name__ == "__main__":
    serve() if sys.argv[1] == "server" else use(sys.argv[2])
