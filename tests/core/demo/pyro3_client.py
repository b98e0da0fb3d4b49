# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""Uses every demo object with the real Pyro 3 client (Python 2.7). Arguments: host, port. Ends with 'all done'."""
import sys
import threading
import time

import Pyro.core
import Pyro.errors

HOST, PORT = sys.argv[1], int(sys.argv[2])
MODES = sys.argv[3:]


def uri(name):
    return 'PYROLOC://%s:%d/:demo.%s' % (HOST, PORT, name)


def proxy(name):
    return Pyro.core.getProxyForURI(uri(name))


def attr_proxy(name):
    return Pyro.core.getAttrProxyForURI(uri(name))


def raises(kind, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind, error:
        return error
    raise AssertionError('%r did not raise %r' % (function, kind))


def same(got, wanted):
    assert type(got) is type(wanted) and got == wanted, 'got %r, wanted %r' % (got, wanted)


class Recorder(Pyro.core.ObjBase):
    """A callback that notes what it is told, and calls back into the clock from inside an answer."""
    def __init__(self):
        Pyro.core.ObjBase.__init__(self)
        self.ticks = []
        self.nested = None

    def tick(self, text):
        self.ticks.append(text)

    def answer(self, text):
        if self.nested:
            return self.nested()
        if text == 'fail':
            raise ValueError('no answer')
        return 'answer to ' + text


def check_echo():
    echo = proxy('echo')
    import datetime
    import decimal
    for value in [None, True, 0, -1, 2 ** 31, 2 ** 40, 10 ** 40, 1.5, float('inf'), 'x\xff\0', u'\u20ac',
                  (), (1, (2,)), [1, [2]], {'a': 1, 2: u'b'}, set([1, 2]), frozenset([3]), 1 + 2j,
                  datetime.datetime(2020, 1, 2, 3, 4, 5, 6), datetime.timedelta(1, 2, 3), decimal.Decimal('1.50'),
                  bytearray('ab'), ValueError('x').args, 'x' * 100000]:
        same(echo.echo(value), value)
    shared = [1]
    back = echo.echo([shared, shared])
    assert back[0] is back[1]
    loop = []
    loop.append(loop)
    back = echo.echo(loop)
    assert back[0] is back
    same(echo.echo(value=5), 5)
    same(echo.args(), ((), {}))
    same(echo.args(1, 'a', k=2), ((1, 'a'), {'k': 2}))
    same(echo.sleep(0.01), 0.01)

    error = raises(ValueError, echo.fail, 'oops')
    same(error.args, ('oops',))
    trace = error.remote_stacktrace
    same(trace[0], 'Traceback (most recent call last):\n')
    same(trace[1], '  File "pyrolens://demo.echo", line 0, in fail\n')
    same(trace[-1], 'ValueError: oops\n')
    same(str(raises(TypeError, echo.echo)), 'echo() takes exactly 2 arguments (1 given)')
    same(str(raises(TypeError, echo.echo, 1, 2)), 'echo() takes exactly 2 arguments (3 given)')
    same(str(raises(TypeError, echo.echo, wrong=1)), "echo() got an unexpected keyword argument 'wrong'")
    same(str(raises(AttributeError, echo.nothing)), "'Echo' object has no attribute 'nothing'")

    # The class of a custom exception must be known to the client; Python 2 imports it by name.
    import types
    module = types.ModuleType('demo')

    class EchoError(Exception):
        pass

    class OverdrawError(Exception):
        pass
    for kind in (EchoError, OverdrawError):
        kind.__module__ = 'demo'
        setattr(module, kind.__name__, kind)
    sys.modules['demo'] = module
    error = raises(EchoError, echo.crash, 'bang')
    same(error.args, ('bang',))
    same(error.code, 42)
    same(error.remote_stacktrace[-1], 'EchoError: bang\n')

    echo.clear()
    echo._setOneway(['note'])
    for number in range(50):
        same(echo.note(number), None)
    deadline = time.time() + 5
    while len(echo.notes()) < 50 and time.time() < deadline:
        time.sleep(0.01)
    same(echo.notes(), range(50))
    echo.clear()
    same(echo.notes(), [])

    attrs = attr_proxy('echo')
    attrs.counter = 0
    same(attrs.counter, 0)
    attrs.counter = 41
    same(attrs.counter + 1, 42)
    same(attrs.echo('x'), 'x')
    raises(AttributeError, lambda: attrs.missing)
    raises(TypeError, setattr, attrs, 'counter', 'text')
    raises(AttributeError, setattr, attrs, 'fresh', 1)
    return echo


def check_sleep_in_parallel():
    def one():
        proxy('echo').sleep(0.5)
    threads = [threading.Thread(target=one) for _ in range(4)]
    start = time.time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.time() - start < 1.5, 'not in parallel: %.2f s' % (time.time() - start)


def check_thermometer():
    thermometer = attr_proxy('thermometer')
    assert type(thermometer.temperature) is float and 10 < thermometer.temperature < 40
    same(str(raises(AttributeError, setattr, thermometer, 'temperature', 5.0)), "can't set attribute")
    readings = thermometer.readings(3)
    assert len(readings) == 3 and type(readings) is list and type(readings[0]) is tuple
    assert readings[0][0] < readings[2][0] and abs(readings[2][0] - time.time()) < 60
    same(thermometer.readings(0), [])
    raises(ValueError, thermometer.readings, -1)


def check_bank():
    import demo
    bank = proxy('bank')
    same(bank.open('ann'), None)
    raises(ValueError, bank.open, 'ann')
    same(bank.deposit('ann', 100), 100)
    same(bank.withdraw('ann', 30), 70)
    same(bank.balance('ann'), 70)
    same(bank.deposit('ann', 0.5), 70.5)
    same(bank.withdraw('ann', 0.5), 70.0)
    error = raises(demo.OverdrawError, bank.withdraw, 'ann', 100)
    same(error.args, ('ann', 30.0))
    same(error.missing, 30.0)
    same(error.remote_stacktrace[1], '  File "pyrolens://demo.bank", line 0, in withdraw\n')
    same(bank.balance('ann'), 70.0)
    raises(ValueError, bank.deposit, 'ann', -1)
    raises(ValueError, bank.withdraw, 'ann', -1)
    same(raises(KeyError, bank.balance, 'nobody').args, ('nobody',))
    same(raises(KeyError, bank.withdraw, 'nobody', 1).args, ('nobody',))
    bank.open('bob')
    same(bank.accounts(), {'ann': 70.0, 'bob': 0})


def check_files():
    files = proxy('files')
    same(files.blob(0), '')
    same(files.blob(258), ''.join(map(chr, range(256))) + '\0\1')
    assert len(files.blob(3000000)) == 3000000
    table = files.table(2)
    same(sorted(table[0].keys()), ['id', 'name', 'value'])
    same([row['id'] for row in table], [0, 1])
    same(files.count(4), [0, 1, 2, 3])
    raises(ValueError, files.blob, -1)
    made = files.make('scratch')
    assert isinstance(made, Pyro.core.DynamicProxy)
    same(made.name(), 'scratch')
    other = files.make('other')
    same(other.name(), 'other')
    same(made.close(), None)
    raises(Pyro.errors.ProtocolError, made.name)
    same(other.name(), 'other')
    other.close()


def check_market():
    same(proxy('market').trade('ACME', 12.5), False)


def check_clock():
    clock = proxy('clock')
    daemon = Pyro.core.Daemon(host='127.0.0.1', port=0, norange=1)
    first, second = Recorder(), Recorder()
    daemon.connect(first)
    daemon.connect(second)
    runner = threading.Thread(target=daemon.requestLoop, kwargs={'timeout': 0.1})
    runner.setDaemon(True)
    runner.start()
    clock.register(first.getProxy())
    clock.register(first.getProxy())
    clock.register(second.getProxy())
    same(clock.tick('one'), 2)
    deadline = time.time() + 5
    while len(first.ticks) + len(second.ticks) < 2 and time.time() < deadline:
        time.sleep(0.01)
    same((first.ticks, second.ticks), (['one'], ['one']))
    same(clock.ask('me'), ['answer to me', 'answer to me'])
    error = raises(ValueError, clock.ask, 'fail')
    same(error.args, ('no answer',))
    assert [line for line in error.remote_stacktrace if 'in answer' in line], error.remote_stacktrace
    # A callback that calls the clock again, while the clock waits for it.
    first.nested = lambda: proxy('clock').tick('nested')
    same(clock.ask('deep'), [2, 'answer to deep'])
    first.nested = None
    clock.unregister(second.getProxy())
    same(clock.ask('me'), ['answer to me'])
    raises(TypeError, clock.register, 'no proxy')
    # One that has gone is removed and not reported.
    daemon.shutdown(True)
    runner.join(5)
    daemon.sock.close()
    del daemon
    same(clock.ask('me'), [])
    same(clock.tick('two'), 0)


def check_daemon_object():
    internal = Pyro.core.getProxyForURI('PYRO://%s:%d/%s' % (HOST, PORT, Pyro.constants.INTERNAL_DAEMON_GUID))
    registered = internal.getRegistered()
    for name in ('echo', 'thermometer', 'bank', 'clock', 'files', 'market'):
        assert ':demo.' + name in registered.values(), registered
    same(registered[Pyro.constants.INTERNAL_DAEMON_GUID], '__PYRO_Internal_Daemon')
    raises(Pyro.errors.NamingError, internal.ResolvePYROLOC, ':demo.none')
    echo = proxy('echo')
    same(echo.GUID(), internal.ResolvePYROLOC(':demo.echo'))
    same(echo.getProxy().echo(7), 7)
    same(echo.getAttrProxy().echo(8), 8)
    raises(AttributeError, echo.setGUID, 'x')
    raises(Pyro.errors.ProtocolError,
           Pyro.core.getProxyForURI('PYRO://%s:%d/unknown' % (HOST, PORT)).echo, 1)


def check_classes():
    class Secret(object):
        pass
    Secret.__module__ = 'demo'
    sys.modules['demo'].Secret = Secret
    error = raises(TypeError, proxy('echo').echo, Secret())
    assert 'demo.Secret' in str(error) and '--accept-class' in str(error), error


def check_ident():
    echo = proxy('echo')
    echo._setIdentification('s3cret')
    same(echo.echo(1), 1)
    for wrong in ('guess', ''):
        echo = proxy('echo')
        echo._setIdentification(wrong)
        error = raises(Pyro.errors.ConnectionDeniedError, echo.echo, 1)
        assert 'security reasons' in str(error), error


Pyro.core.initClient(0)
if 'ident' in MODES:
    check_ident()
else:
    check_echo()
    check_thermometer()
    check_bank()
    check_files()
    check_market()
    check_daemon_object()
    check_classes()
    if 'single' not in MODES:
        check_sleep_in_parallel()
        check_clock()
print 'all done'
