# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""Settings of the real Pyro 4 and Pyro 5, on either side.

    pyro45_features.py 4|5 server NAME=VALUE ...            prints "ready URI ..." and serves
    pyro45_features.py 4|5 client CHECK URI NAME=VALUE ...  prints "ok CHECK"

NAME=VALUE are configuration items; "unix=PATH" (@ for a NUL) is where a server listens instead.
"""
import sys
import time

GENERATION, SIDE = sys.argv[1:3]
SETTINGS = dict(word.split("=", 1) for word in sys.argv[3:] if "=" in word and not word.startswith("PYRO"))
if GENERATION == "4":
    import Pyro4 as P
    import Pyro4.errors as errors
    expose, behavior, oneway = P.expose, P.behavior, P.oneway
else:
    import Pyro5.api as P
    import Pyro5.errors as errors
    expose, behavior, oneway = P.expose, P.behavior, P.oneway

UNIX = SETTINGS.pop("unix", None)
for name, value in SETTINGS.items():
    kind = type(getattr(P.config, name))
    setattr(P.config, name, value == "True" if kind is bool else kind(value))


def counting(mode):
    class Counter(object):
        made = 0

        def __init__(self):
            type(self).made += 1
            self.number, self.calls = type(self).made, 0

        @expose
        def count(self):
            self.calls += 1
            return [self.number, self.calls]
    Counter.__name__ = "Counter_" + mode
    return behavior(instance_mode=mode)(Counter)


class Thing(object):
    def __init__(self):
        self.size = 3

    @expose
    def grow(self):
        self.size += 1
        return self.size


class Features(object):
    def __init__(self):
        self.slept = 0

    @expose
    def echo(self, value):
        return value

    @expose
    def ask(self, callback, text):
        if GENERATION == "5":
            callback._pyroClaimOwnership()
        callback.tick(text)
        return callback.answer(text)

    @expose
    def sleep(self, seconds):
        self.slept += 1
        time.sleep(seconds)
        return seconds

    @expose
    def naps(self):
        return self.slept

    @expose
    def divide(self, dividend, divisor):
        treasure = dividend * 1000
        return treasure / divisor

    @expose
    def make(self):
        thing = Thing()
        self._pyroDaemon.register(thing)
        return thing


def serve():
    if UNIX:
        daemon = P.Daemon(unixsocket=UNIX.replace("@", "\0", 1) if UNIX.startswith("@") else UNIX)
    else:
        daemon = P.Daemon(host="127.0.0.1")
    daemon.register(Features(), "features")
    for mode in ("session", "single", "percall"):
        daemon.register(counting(mode), mode)
    port = 0 if UNIX else daemon.sock.getsockname()[1]
    print("ready", port, flush=True)
    daemon.requestLoop()


def raises(kind, function, *args):
    try:
        function(*args)
    except kind as error:
        return error
    raise AssertionError("%r did not raise %r" % (function, kind))


def check_call(uri):
    with P.Proxy(uri) as proxy:
        assert proxy.echo([1, "two"]) == [1, "two"]


def check_refused(uri):
    raises((errors.CommunicationError, errors.ConnectionClosedError), P.Proxy(uri)._pyroBind)


def check_retries(uri):
    """MAX_RETRIES and COMMTIMEOUT are among the settings."""
    with P.Proxy(uri) as proxy:
        raises(errors.TimeoutError, proxy.hold, 1)


def check_reconnect(uri):
    with P.Proxy(uri) as proxy:
        raises(errors.TimeoutError, proxy.hold, 1)
        proxy._pyroTimeout = 10
        assert proxy.echo(2) == 2


def check_instances(uri):
    def counts(proxy):
        return tuple(proxy.count())
    object_uri = uri.replace("lab.probe", "%s")
    with P.Proxy(object_uri % "session") as a, P.Proxy(object_uri % "session") as b:
        assert [counts(a), counts(a), counts(b), counts(a)] == [(1, 1), (1, 2), (2, 1), (1, 3)]
    with P.Proxy(object_uri % "single") as a, P.Proxy(object_uri % "single") as b:
        assert [counts(a), counts(b), counts(a)] == [(1, 1), (1, 2), (1, 3)]
    with P.Proxy(object_uri % "percall") as a:
        assert [counts(a), counts(a)] == [(1, 1), (2, 1)]


def client():
    check, uri = sys.argv[3:5]
    if uri.startswith("PYRO:") and "./u:@" in uri:
        uri = uri.replace("./u:@", "./u:\0")
    globals()["check_" + check](uri)
    print("ok " + check)


serve() if SIDE == "server" else client()
