# SPDX-FileCopyrightText: Pyrolens contributors
# SPDX-License-Identifier: MIT
"""Both halves of the manual's chapter "Features and Guidelines" with the real Pyro 3. Python 2.7.

usage: pyro3_features.py server PORT [NSPORT]     prints "ready PORT ID"; PORT 0 = any free one; with NSPORT the object
                                                  is connected persistently as :features.service
       pyro3_features.py check URI CHECK          one line: "ok CHECK" or "not ok CHECK: why"
Settings come from PYRO_* environment variables; PYROLENS_TEST_USERS asks clients for a user and password.
"""
import hashlib
import hmac
import os
import sys
import threading
import time
import traceback

import Pyro.constants
import Pyro.core
import Pyro.errors
import Pyro.naming
import Pyro.protocol

USERS = {'ann': hashlib.md5('secret').digest()}


class UserValidator(Pyro.protocol.DefaultConnValidator):
    """The scheme of the distribution's example user_passwd_auth."""

    def acceptIdentification(self, daemon, connection, token, challenge):
        login, proof = token.split(':', 1)
        known = USERS.get(login)
        if known and hmac.new(challenge, known).digest() == proof:
            connection.authenticated = login
            return 1, 0
        return 0, Pyro.constants.DENIED_SECURITY

    def createAuthToken(self, authid, challenge, peeraddr, URI, daemon):
        return '%s:%s' % (authid[0], hmac.new(challenge, authid[1]).digest())

    def mungeIdent(self, ident):
        return ident[0], hashlib.md5(ident[1]).digest()


class Transient(Pyro.core.ObjBase):
    def name(self):
        return 'transient'


class Service(Pyro.core.ObjBase):
    def __init__(self):
        Pyro.core.ObjBase.__init__(self)
        self.count = 0

    def echo(self, value):
        return value

    def ask(self, me, you, depth):
        return you.answer(you, me, depth - 1) + 1 if depth else 0

    def poke(self, callback):
        """Calls a callback that raises; what arrives here, and whether the connection outlived it."""
        try:
            callback.trouble('both ends')
            return 'nothing was raised'
        except Exception as error:
            first = '%s: %s' % (error.__class__.__name__, error)
        time.sleep(0.3)
        callback.adapter.conn.sock.settimeout(5)
        try:
            callback.adapter.conn.sock.recv(1)
            return first + ', then closed'
        except Exception as error:
            return first + ', kept'

    def tell(self, callback, value):
        callback._setOneway('event')
        callback.event(value, more=[value])

    def who(self):
        return self.getLocalStorage().caller.authenticated

    def make(self):
        made = Transient()
        self.getDaemon().connect(made)
        return made.getProxy()

    def quit(self):
        threading.Timer(0.05, lambda: os._exit(0)).start()


def server():
    daemon = Pyro.core.Daemon(host='127.0.0.1', port=int(sys.argv[2]), norange=1)
    if os.environ.get('PYROLENS_TEST_USERS'):
        daemon.setNewConnectionValidator(UserValidator())
    daemon.setTransientsCleanupAge(0.5)
    service = Service()
    if len(sys.argv) > 3:
        ns = Pyro.naming.NameServerLocator().getNS('127.0.0.1', int(sys.argv[3]))
        try:
            ns.createGroup(':features')
        except Pyro.errors.NamingError:
            pass
        daemon.useNameServer(ns)
        uri = daemon.connectPersistent(service, ':features.service')
    else:
        uri = daemon.connect(service, 'service')  # with a name it is no transient
    print('ready %d %s' % (daemon.port, uri.objectID))
    sys.stdout.flush()
    daemon.requestLoop(timeout=0.2)


def same(got, wanted):
    if got != wanted:
        raise AssertionError('got %r, wanted %r' % (got, wanted))


def raised(kind, function, *args):
    try:
        result = function(*args)
    except kind as error:
        return error
    raise AssertionError('%s not raised, got %r' % (kind.__name__, result))


class Hosted(object):
    """A daemon of this client, with one callback object."""

    def __init__(self, callback):
        self.daemon = Pyro.core.Daemon(host='127.0.0.1', port=0, norange=1)
        self.daemon.connect(callback)
        self.thread = threading.Thread(target=self.daemon.requestLoop, kwargs={'timeout': 0.1})
        self.thread.setDaemon(True)
        self.thread.start()
        self.proxy = callback.getProxy()


class Callback(Pyro.core.ObjBase):
    service = None

    def answer(self, me, you, depth):
        return you.ask(you, me, depth - 1) + 1 if depth else 0

    def trouble(self, text):
        raise ValueError(text)


class LoudCallback(Pyro.core.CallbackObjBase):
    def trouble(self, text):
        raise ValueError(text)


def check_nested(service, uri):
    hosted = Hosted(Callback())
    same(service.ask(uri.getProxy(), hosted.proxy, 5), 5)


def check_callback_error(service, uri):
    # To the caller only, and the connection lives on; or to both, and it ends.
    same(service.poke(Hosted(Callback()).proxy), 'ValueError: both ends, kept')
    same(service.poke(Hosted(LoudCallback()).proxy), 'ValueError: both ends, closed')


def check_storage(service, uri):
    same([service.visits(), service.visits()], [101, 102])
    same(uri.getProxy().visits(), 101)
    host = service.caller()
    same(host, '127.0.0.1')
    service._setOneway('note_caller')
    service.note_caller()
    deadline = time.time() + 5
    while service.noted_callers() == [] and time.time() < deadline:
        time.sleep(0.02)
    same(service.noted_callers(), [''])  # a oneway call has a storage of its own, without a caller


def check_shared_storage(service, uri):
    first = service.visits()
    same(uri.getProxy().visits(), first + 1)


def check_transient(service, uri):
    made = service.make()
    same(made.name(), 'transient')
    time.sleep(1.2)
    error = raised(Pyro.errors.ProtocolError, made.name)
    assert 'unknown object ID' in str(error), error
    same(service.reaped(), 1)


def check_idle(service, uri):
    same(service.echo(1), 1)
    time.sleep(1.2)
    raised(Pyro.errors.ConnectionClosedError, service.echo, 2)
    service.adapter.rebindURI(3, 0.1)
    same(service.echo(3), 3)


def check_rebind(service, uri):
    same(service.echo(1), 1)
    service._setOneway('restart')
    service.restart()
    time.sleep(0.1)
    try:
        while True:
            service.echo(2)
            time.sleep(0.02)
    except Pyro.errors.ConnectionClosedError:
        pass
    service.adapter.rebindURI(50, 0.1)
    same(service.echo(3), 3)


def check_user(service, uri):
    service._setNewConnectionValidator(UserValidator())
    service._setIdentification(('ann', 'secret'))
    same(service.identity(), 'ann')
    stranger = uri.getProxy()
    stranger._setNewConnectionValidator(UserValidator())
    stranger._setIdentification(('ann', 'wrong'))
    error = raised(Pyro.errors.ConnectionDeniedError, stranger.identity)
    assert 'security' in str(error), error


def check_blocked(service, uri):
    error = raised(Pyro.errors.ConnectionDeniedError, service.echo, 1)
    assert 'blocked' in str(error), error


def check_delegate(service, uri):
    same(service.title(), 'own')
    same(service.place(), 'lab')
    attributes = uri.getAttrProxy()
    attributes.level = 5
    same(attributes.level, 5)


def check_listener(service, uri):
    same(service.anything(1, u'two', three=[3]), {'a': 1})
    same(service.other(), {'a': 1})
    service._setOneway('quietly')
    service.quietly('x')
    same(service.getProxy().URI.objectID, uri.objectID)


def check():
    uri = Pyro.core.PyroURI(sys.argv[2])
    try:
        globals()['check_' + sys.argv[3]](uri.getProxy(), uri)
        print('ok ' + sys.argv[3])
    except Exception:
        print('not ok %s: %s' % (sys.argv[3], traceback.format_exc().replace('\n', ' | ')))
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)


if __name__ == '__main__':
    {'server': server, 'check': check}[sys.argv[1]]()
