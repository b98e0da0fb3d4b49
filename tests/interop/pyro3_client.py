# SPDX-FileCopyrightText: Pyrolens contributors
# SPDX-License-Identifier: MIT
"""Checks of the real Pyro 3 client against our demo daemon and name server. Python 2.7.

usage: pyro3_client.py NSPORT check [check ...]     one line per check: "ok NAME" or "not ok NAME: why"
Settings come from PYRO_* environment variables. Checks whose name starts with "ident" need PYROLENS_TEST_IDENT.
"""
import os
import sys
import threading
import time
import traceback

import Pyro.core
import Pyro.errors
import Pyro.naming
import Pyro.protocol

NSPORT = int(sys.argv[1])
IDENT = os.environ.get('PYROLENS_TEST_IDENT')


def nameserver():
    return Pyro.naming.NameServerLocator(identification=IDENT).getNS('127.0.0.1', NSPORT)


def proxy(name, attributes=False):
    uri = nameserver().resolve(name)
    made = uri.getAttrProxy() if attributes else uri.getProxy()
    if IDENT:
        made._setIdentification(IDENT)
    return made


def same(got, wanted):
    if got != wanted or type(got) is not type(wanted):
        raise AssertionError('got %r, wanted %r' % (got, wanted))


def raised(kind, function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError('%s not raised, got %r' % (kind.__name__, result))


class Point(object):
    def __init__(self, x=0):
        self.x = x


def check_echo_values():
    echo = proxy(':demo.echo')
    values = [None, True, False, 0, -1, 255, 65536, 2 ** 31 - 1, -2 ** 31, 2 ** 62, 2L ** 70, -(2L ** 200), 5L, 1.5, -0.0,
              1e300, 'text', '', '\xff\x00raw', u'unicode \u20ac', u'', u'\U0001f40d', (), (1,), (1, 2, 3, 4), [], [1, [2]],
              {}, {'a': 1, 2: (3,)}, set([1, 2]), frozenset([3]), 1 + 2j, 'x' * 100000]
    for value in values:
        same(echo.echo(value), value)


def check_echo_library_types():
    import array
    import collections
    import datetime
    import decimal
    import uuid
    echo = proxy(':demo.echo')
    for value in [datetime.datetime(2020, 2, 29, 1, 2, 3, 4), datetime.date(2020, 1, 2), datetime.time(1, 2, 3),
                  datetime.timedelta(1, 2, 3), decimal.Decimal('1.10'), bytearray('ab\x80'), uuid.UUID(int=42),
                  array.array('i', [1, 2]), collections.OrderedDict([('z', 1), ('a', 2)]), collections.deque([1, 2])]:
        same(echo.echo(value), value)


def check_shared_and_recursive():
    echo = proxy(':demo.echo')
    shared = [7]
    got = echo.echo([shared, shared])
    same(got, [[7], [7]])
    assert got[0] is got[1], 'sharing was lost'
    loop = [1]
    loop.append(loop)
    got = echo.echo(loop)
    assert got[1] is got, 'recursion was lost'


def check_arguments():
    echo = proxy(':demo.echo')
    same(echo.args(1, 'two', x=3, y=[4]), ((1, 'two'), {'x': 3, 'y': [4]}))
    same(echo.args(), ((), {}))
    same(echo.echo(value=5), 5)
    error = raised(TypeError, echo.echo)
    assert 'echo() takes exactly 2 arguments (1 given)' in str(error), str(error)
    raised(TypeError, echo.echo, 1, 2)
    raised(TypeError, echo.echo, nonsense=1)


def check_errors():
    echo = proxy(':demo.echo')
    error = raised(ValueError, echo.fail, 'bad thing')
    same(error.args, ('bad thing',))
    lines = error.remote_stacktrace
    assert isinstance(lines, list) and len(lines) >= 3, lines
    assert lines[0].startswith('Traceback (most recent call last)'), lines
    assert 'fail' in ''.join(lines), lines
    assert lines[-1].startswith('ValueError: bad thing'), lines
    assert ''.join(Pyro.util.getPyroTraceback(error)), 'no printable traceback'
    error = raised(AttributeError, echo.no_such_method)
    same(str(error), "'Echo' object has no attribute 'no_such_method'")
    same(echo.echo('still works'), 'still works')
    # A class that this side lacks arrives as an import problem, and the connection lives on.
    raised(ImportError, echo.crash, 'boom')
    same(echo.echo(1), 1)


def check_unknown_object():
    uri = nameserver().resolve(':demo.echo')
    uri.objectID = 'nobody'
    error = raised(Pyro.errors.ProtocolError, uri.getProxy().echo, 1)
    assert 'unknown object ID' in str(error), error


def check_refused_class():
    echo = proxy(':demo.echo')
    error = raised(Exception, echo.echo, Point(1))
    assert 'Point' in str(error), error
    same(echo.echo('after'), 'after')


def check_oneway():
    echo = proxy(':demo.echo')
    echo.clear()
    echo._setOneway(['note', 'sleep'])
    started = time.time()
    echo.sleep(1.0)
    for number in range(20):
        echo.note(number)
    assert time.time() - started < 0.5, 'oneway calls were waited for'
    deadline = time.time() + 5
    while time.time() < deadline and len(echo.notes()) < 20:
        time.sleep(0.02)
    same(echo.notes(), range(20))
    echo.clear()
    same(echo.notes(), [])


def check_attributes():
    echo = proxy(':demo.echo', attributes=True)
    echo.counter = 7
    same(echo.counter, 7)
    echo.counter += 1
    same(echo.counter, 8)
    echo.counter = 0
    same(echo.echo('method'), 'method')
    thermometer = proxy(':demo.thermometer', attributes=True)
    assert isinstance(thermometer.temperature, float)
    raised(AttributeError, setattr, thermometer, 'temperature', 1.0)
    raised(AttributeError, lambda: thermometer.nothing)


def check_thermometer():
    readings = proxy(':demo.thermometer').readings(3)
    same(len(readings), 3)
    for reading in readings:
        assert isinstance(reading, tuple) and len(reading) == 2 and isinstance(reading[1], float), reading


def check_bank():
    bank = proxy(':demo.bank')
    account = 'acct-%d-%f' % (os.getpid(), time.time())
    bank.open(account)
    raised(ValueError, bank.open, account)
    same(bank.deposit(account, 10), 10)
    same(bank.withdraw(account, 4), 6)
    same(bank.balance(account), 6)
    same(bank.accounts()[account], 6)
    raised(ValueError, bank.deposit, account, -1)
    raised(ImportError, bank.withdraw, account, 100)
    same(bank.balance(account), 6)
    error = raised(KeyError, bank.balance, 'nobody')
    same(error.args, ('nobody',))


def check_files():
    files = proxy(':demo.files')
    same(files.blob(300), ''.join(chr(i % 256) for i in range(300)))
    same(files.count(4), [0, 1, 2, 3])
    table = files.table(3)
    same(len(table), 3)
    same(sorted(table[0].keys()), ['id', 'name', 'value'])
    made = files.make('thing')
    same(made.name(), 'thing')
    made.close()
    raised(Pyro.errors.ProtocolError, made.name)


def check_market():
    same(proxy(':demo.market').trade('ACME', 12.5), False)


class Listener(Pyro.core.ObjBase):
    def __init__(self):
        Pyro.core.ObjBase.__init__(self)
        self.heard = []

    def tick(self, text):
        self.heard.append(text)

    def answer(self, text):
        return text.upper()


def check_callbacks():
    daemon = Pyro.core.Daemon(host='127.0.0.1', port=0, norange=1)
    listener = Listener()
    daemon.connect(listener)
    thread = threading.Thread(target=daemon.requestLoop, kwargs={'timeout': 0.1})
    thread.setDaemon(True)
    thread.start()
    clock = proxy(':demo.clock')
    mine = listener.getProxy()
    clock.register(mine)
    try:
        same(clock.ask('hello'), ['HELLO'])
        same(clock.tick('now'), 1)
        deadline = time.time() + 5
        while not listener.heard and time.time() < deadline:
            time.sleep(0.02)
        same(listener.heard, ['now'])
    finally:
        clock.unregister(mine)
    same(clock.ask('gone'), [])
    # One that vanished is forgotten and no error.
    clock.register(mine)
    daemon.disconnect(listener)
    same(clock.ask('dead'), [])
    same(clock.tick('dead'), 0)
    daemon.shutdown()
    thread.join(5)


def check_parallel_calls():
    started = time.time()
    def sleeper():
        proxy(':demo.echo').sleep(1)
    threads = [threading.Thread(target=sleeper) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.time() - started < 2.0, 'calls did not run in parallel'


def check_timeout():
    echo = proxy(':demo.echo')
    echo._setTimeout(0.3)
    raised(Pyro.errors.TimeoutError, echo.sleep, 2)
    echo._setTimeout(None)
    same(echo.echo(1), 1)


def check_pyroloc():
    uri = nameserver().resolve(':demo.echo')
    located = Pyro.core.getProxyForURI('PYROLOC://127.0.0.1:%d/:demo.echo' % uri.port)
    same(located.echo('by location'), 'by location')
    missing = Pyro.core.getProxyForURI('PYROLOC://127.0.0.1:%d/:demo.nothing' % uri.port)
    raised(Pyro.errors.NamingError, missing.echo, 1)


def check_pyroname():
    named = Pyro.core.getProxyForURI('PYRONAME://127.0.0.1:%d/:demo.echo' % NSPORT)
    same(named.echo('by name'), 'by name')


def check_daemon_object():
    uri = nameserver().resolve(':demo.echo')
    daemon = Pyro.core.PyroURI('127.0.0.1', Pyro.constants.INTERNAL_DAEMON_GUID, uri.port).getProxy()
    registered = daemon.getRegistered()
    assert uri.objectID in registered, registered
    same(registered[uri.objectID], ':demo.echo')
    same(registered[Pyro.constants.INTERNAL_DAEMON_GUID], '__PYRO_Internal_Daemon')
    same(daemon.ResolvePYROLOC(':demo.echo'), uri.objectID)


def check_base_methods():
    echo = proxy(':demo.echo')
    same(echo.GUID(), nameserver().resolve(':demo.echo').objectID)
    same(echo.getProxy().echo(3), 3)
    same(echo.getAttrProxy().echo(4), 4)


def check_housekeeping_refused():
    echo = proxy(':demo.echo')
    for call in [lambda: echo.setGUID('x'), lambda: echo.delegateTo(1), lambda: echo.remote_supply_code('m', 'x', 'y')]:
        raised(Exception, call)
    same(echo.echo('kept'), 'kept')


def check_large():
    blob = os.urandom(1024 * 1024) * 8  # what compresses better than 200:1 is refused as a bomb
    same(proxy(':demo.echo').echo(blob), blob)


def check_names():
    ns = nameserver()
    ns.ping()
    names = dict(ns.flatlist())
    assert ':demo.echo' in names, names
    assert ':Pyro.NameServer' in names, names
    ns.createGroup(':interop')
    try:
        ns.register(':interop.one', names[':demo.echo'])
        same(str(ns.resolve(':interop.one')), str(names[':demo.echo']))
        raised(Pyro.errors.NamingError, ns.register, ':interop.one', names[':demo.echo'])
        same(sorted(ns.list(':interop')), [('one', 1)])
        same(dict(ns.list(':'))['interop'], 0)
        ns.setMeta(':interop.one', {'owner': 'me', 'nested': [1, (2,)]})
        same(ns.getMeta(':interop.one'), {'owner': 'me', 'nested': [1, (2,)]})
        same(ns.getMeta(':interop'), None)
        meta = ns._getSystemMeta(':interop.one')
        assert abs(meta.timestamp - time.time()) < 60 and meta.type == 1, meta.__dict__
        ns.unregister(':interop.one')
        raised(Pyro.errors.NamingError, ns.resolve, ':interop.one')
        raised(Pyro.errors.NamingError, ns.unregister, ':interop.one')
    finally:
        ns.deleteGroup(':interop')
    raised(Pyro.errors.NamingError, ns.list, ':interop')
    raised(Pyro.errors.NamingError, ns.resolve, 'nothing')
    raised(Pyro.errors.NamingError, ns.register, ':no.such.group', names[':demo.echo'])
    raised(Pyro.errors.NamingError, ns.resync)


def check_registers_python_object():
    ns = nameserver()
    daemon = Pyro.core.Daemon(host='127.0.0.1', port=0, norange=1)
    daemon.useNameServer(ns)
    name = ':Default.from_python_%d' % os.getpid()
    listener = Listener()
    uri = daemon.connect(listener, name)
    same(str(ns.resolve(name)), str(uri))
    daemon.disconnect(listener)
    raised(Pyro.errors.NamingError, ns.resolve, name)
    daemon.shutdown()


def check_ident_good():
    same(proxy(':demo.echo').echo('with ident'), 'with ident')
    nameserver().ping()


def check_ident_bad():
    uri = nameserver().resolve(':demo.echo')
    for ident in (None, 'wrong'):
        stranger = uri.getProxy()
        if ident:
            stranger._setIdentification(ident)
        error = raised(Pyro.errors.ConnectionDeniedError, stranger.echo, 1)
        assert 'security' in str(error), error


def main():
    failed = False
    Pyro.core.initClient(banner=0)
    for name in sys.argv[2:]:
        try:
            globals()['check_' + name]()
            print('ok ' + name)
        except Exception:
            failed = True
            print('not ok %s: %s' % (name, traceback.format_exc().replace('\n', ' | ')))
        sys.stdout.flush()
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
