# SPDX-FileCopyrightText: Pyrolens contributors
# SPDX-License-Identifier: MIT
"""A real Pyro 3 name server or daemon for our client to use. Python 2.7.

usage: pyro3_server.py ns                  prints "ready PORT"
       pyro3_server.py daemon [NSPORT]     prints "ready PORT NAME=ID ..."
Settings come from PYRO_* environment variables; PYROLENS_TEST_IDENT asks clients for that identification.
"""
import os
import sys
import threading
import time

import Pyro.core
import Pyro.errors
import Pyro.naming

IDENT = os.environ.get('PYROLENS_TEST_IDENT')


class Trouble(Exception):
    def __init__(self, message, code):
        Exception.__init__(self, message)
        self.code = code


class Old:
    def __init__(self):
        self.x = 1


class New(object):
    def __init__(self):
        self.y = [2]


class Target(Pyro.core.ObjBase):
    title = 'start'

    def __init__(self):
        Pyro.core.ObjBase.__init__(self)
        self.noted = []
        self.title = 'start'
        self.callbacks = []

    def echo(self, value):
        return value

    def args(self, *args, **kwargs):
        return args, kwargs

    def add(self, a, b=10):
        return a + b

    def fail(self, message):
        raise ValueError(message)

    def trouble(self):
        raise Trouble('deep trouble', 42)

    def unpicklable(self):
        return threading.Lock()

    def sleep(self, seconds):
        time.sleep(seconds)
        return seconds

    def note(self, value):
        self.noted.append(value)

    def notes(self):
        return self.noted

    def old(self):
        return Old()

    def new(self):
        return New()

    def me(self):
        return self.getProxy()

    def myuri(self):
        return self.getProxy().URI

    def register(self, callback):
        self.callbacks.append(callback)

    def call_back(self, text):
        return [callback.answer(text) for callback in self.callbacks]

    def big(self, size):
        return 'b' * size


def nameserver():
    starter = Pyro.naming.NameServerStarter(identification=IDENT)
    thread = threading.Thread(target=starter.start, kwargs={
        'hostname': '127.0.0.1', 'nsport': 0, 'bcport': 0, 'allowmultiple': 1, 'dontlookupother': 1})
    thread.setDaemon(True)
    thread.start()
    if not starter.waitUntilStarted(10):
        sys.exit('the name server did not start')
    # A server on port 0 knows its port only inside; the file with its URI tells it.
    with open(os.path.join(os.environ['PYRO_STORAGE'], 'Pyro_NS_URI')) as file:
        uri = Pyro.core.PyroURI(file.read().strip())
    print('ready %d' % uri.port)
    sys.stdout.flush()
    while True:
        time.sleep(3600)


def daemon():
    daemon = Pyro.core.Daemon(host='127.0.0.1', port=0, norange=1)
    if IDENT:
        daemon.setAllowedIdentifications([IDENT])
    if len(sys.argv) > 2:
        ns = Pyro.naming.NameServerLocator(identification=IDENT).getNS('127.0.0.1', int(sys.argv[2]))
        try:
            ns.createGroup(':interop')
        except Pyro.errors.NamingError:
            pass
        daemon.useNameServer(ns)
    target = Target()
    uri = daemon.connect(target, ':interop.target')
    print('ready %d %s=%s' % (daemon.port, ':interop.target', uri.objectID))
    sys.stdout.flush()
    daemon.requestLoop(timeout=0.5)


if __name__ == '__main__':
    {'ns': nameserver, 'daemon': daemon}[sys.argv[1]]()
