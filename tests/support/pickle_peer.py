# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""The other side of the pickle tests, for Python 2.7 and 3.

    pickle_peer.py generate COUNT SEED   prints "index protocol hex" of random values, each in every protocol
    pickle_peer.py check COUNT SEED      reads such lines (pickled by someone else) and compares with the same values
    pickle_peer.py show                  reads lines of hex, prints the canonical form of what they hold

The canonical form numbers containers and instances in the order of a walk, so two values have the same form only
when they are equal, of the same types, and share and recur in the same places.
"""
from __future__ import print_function

import array
import binascii
import collections
import datetime
import decimal
import pickle
import random
import sys
import uuid

PY2 = sys.version_info[0] == 2
if PY2:
    import cPickle
    text_type, unichar = unicode, unichr  # noqa: F821
else:
    cPickle = pickle
    text_type, unichar, long = str, chr, int


class Plain(object):
    pass


class Old:
    pass


class OldInit:
    def __init__(self, x=0, y=0):
        self.x, self.y = x, y

    def __getinitargs__(self):
        return (self.x, self.y)


class Slotted(object):
    __slots__ = ('p', 'q')


class WithNewArgs(object):
    def __new__(cls, a=None):
        made = object.__new__(cls)
        made.made_with = a
        return made

    def __getnewargs__(self):
        return (self.made_with,)


class WithState(object):
    def __getstate__(self):
        return ('state', self.content)

    def __setstate__(self, state):
        self.content = state[1]


class KeywordNew(object):
    def __new__(cls, a=None, **keywords):
        made = object.__new__(cls)
        made.a, made.k = a, keywords.get('k')
        return made

    def __getnewargs_ex__(self):
        return (self.a,), {'k': self.k}


class MyList(list):
    pass


class MyDict(dict):
    pass


class MyInt(int):
    pass


class MyText(text_type):
    pass


class Err(Exception):
    def __init__(self, message, code=0):
        Exception.__init__(self, message)
        self.code = code


class Reduced(object):
    """Uses every part that __reduce__ may return."""

    def __init__(self, a, b):
        self.a, self.b, self.extra, self.items, self.pairs = a, b, None, [], []

    def append(self, item):
        self.items.append(item)

    def extend(self, items):
        self.items.extend(items)

    def __setitem__(self, key, value):
        self.pairs.append((key, value))

    def __reduce__(self):
        return make, (self.a, self.b), {'extra': self.extra}, iter(self.items), iter(self.pairs)


class Outer(object):
    class Inner(object):
        pass


Outer.Inner.__qualname__ = 'Outer.Inner'


def make(a, b):
    return Reduced(a, b)


class Generator(object):
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seen = []

    def pick(self, *choices):
        return choices[self.random.randrange(len(choices))]

    def text(self):
        letters = [unichar(c) for c in (0, 9, 10, 13, 26, 39, 34, 92, 65, 117, 85, 120, 127, 128, 255, 256, 0x20ac)]
        if not PY2 or sys.maxunicode > 0xffff:
            letters += [unichar(0x1f40d), unichar(0x10ffff)]
        size = self.pick(0, 1, 3, 12, 300)
        return text_type().join(self.pick(*letters) for _ in range(size))

    def data(self):
        size = self.pick(0, 1, 3, 12, 300, 5000)
        return bytes(bytearray(self.random.randrange(256) for _ in range(size)))

    def number(self):
        bits = self.pick(1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 62, 63, 64, 65, 200, 2050)
        return self.random.choice((1, -1)) * (1 << bits) + self.pick(-1, 0, 1)

    def real(self):
        return self.pick(0.0, -0.0, 1.5, 0.1, 1e300, 5e-324, float('inf'), float('-inf'), float('nan'),
                         self.random.random(), -1e16)

    def leaf(self):
        kind = self.random.randrange(16)
        if kind == 0:
            return None
        if kind == 1:
            return self.pick(True, False)
        if kind in (2, 3, 4):
            return self.number()
        if kind == 5:
            return self.real()
        if kind in (6, 7):
            return self.text()
        if kind in (8, 9):
            return self.data()
        if kind == 10:
            return bytearray(self.data())
        if kind == 11:
            return complex(self.real(), self.real())
        if kind == 12:
            return self.pick(datetime.datetime(2020, 2, 29, 12, 34, 56, 789), datetime.date(1, 1, 1),
                             datetime.time(1, 2, 3, 4), datetime.timedelta(-1, 2, 3), decimal.Decimal('1.10'),
                             uuid.UUID(int=42), uuid.UUID(int=2 ** 128 - 1))
        if kind == 13:
            return self.pick(Plain, Old, make, len, dict, KeyError, collections.OrderedDict)
        if kind == 14:
            return array.array(str('i'), [1, -2, 3])
        return self.pick(set([1, 2, 3]), frozenset(['a', 'b']), set(), frozenset())

    def key(self):
        return self.pick(self.text(), self.number(), None, self.data(), (1, self.text()), self.real(), True)

    def value(self, depth):
        if self.seen and self.random.random() < 0.15:
            return self.seen[self.random.randrange(len(self.seen))]
        if depth == 0 or self.random.random() < 0.3:
            return self.leaf()
        made = self.container(depth - 1)
        self.seen.append(made)
        return made

    def values(self, depth, sizes=(0, 1, 2, 3, 4, 7)):
        return [self.value(depth) for _ in range(self.pick(*sizes))]

    def container(self, depth):
        kind = self.random.randrange(20)
        if kind in (0, 1, 2):
            return tuple(self.values(depth))
        if kind in (3, 4, 5):
            made = []
            self.seen.append(made)  # what comes inside may point back
            made.extend(self.values(depth))
            return made
        if kind in (6, 7, 8):
            made = {}
            self.seen.append(made)
            for item in self.values(depth):
                made[self.key()] = item
            return made
        return self.instance(kind, depth)

    def instance(self, kind, depth):
        if kind in (9, 10, 11):
            made = self.pick(Plain, Old, Outer.Inner if not PY2 else Plain)()
            self.seen.append(made)
            made.a, made.b = self.value(depth), self.value(depth)
        elif kind == 12:
            made = self.pick(OldInit(self.leaf(), self.leaf()), WithNewArgs(self.leaf()))
            made.more = self.value(depth)
        elif kind == 13:
            made = Plain()
        elif kind == 14:
            made = WithState()
            self.seen.append(made)
            made.content = self.value(depth)
        elif kind == 15:
            made = self.pick(MyList, MyDict)()
            self.seen.append(made)
            for item in self.values(depth):
                made.append(item) if isinstance(made, list) else made.__setitem__(self.key(), item)
        elif kind == 16:
            made = self.pick(MyInt(self.random.randrange(1000)), MyText(self.text()))
        elif kind == 17:
            made = Err(self.text(), self.value(depth))
        elif kind == 18:
            made = Reduced(self.leaf(), self.value(depth))
            made.extra, made.items = self.value(depth), self.values(depth)
            made.pairs = [(self.key(), self.value(depth)) for _ in range(self.pick(0, 1, 3))]
        else:
            made = self.pick(collections.OrderedDict(), collections.deque())
            for item in self.values(depth):
                made.append(item) if isinstance(made, collections.deque) else made.__setitem__(self.key(), item)
        return made


class Canonical(object):
    def __init__(self):
        self.numbers, self.kept = {}, []

    def form(self, value):
        kind = type(value)
        name = kind.__name__
        if kind is float:
            return 'float ' + repr(value)
        if kind is complex:
            return 'complex %r %r' % (value.real, value.imag)
        if value is None or kind in (bool, int, long, bytes, text_type, bytearray, datetime.datetime, datetime.date,
                                     datetime.time, datetime.timedelta, decimal.Decimal, array.array) or value == ():
            return '%s %r' % (name, value)
        if kind in (set, frozenset):
            return name + ' ' + ' '.join(sorted(self.form(item) for item in value))
        if isinstance(value, type) or callable(value) or (PY2 and name == 'classobj'):
            return 'global ' + value.__name__
        if id(value) in self.numbers:
            return '#%d' % self.numbers[id(value)]
        number = self.numbers[id(value)] = len(self.numbers)
        self.kept.append(value)
        return '%s#%d(%s)' % (name if not PY2 or name != 'instance' else value.__class__.__name__, number,
                              ', '.join(self.parts(value)))

    def pairs(self, pairs, keep_order):
        # Keys are leaves, so their form does not depend on the order of the walk.
        listed = list(pairs) if keep_order else sorted(pairs, key=lambda pair: Canonical().form(pair[0]))
        return ['%s: %s' % (self.form(key), self.form(item)) for key, item in listed]

    def parts(self, value):
        found = []
        if isinstance(value, (tuple, list, collections.deque)):
            found += [self.form(item) for item in value]
        elif isinstance(value, dict):
            found += self.pairs(value.items(), isinstance(value, collections.OrderedDict))
        elif isinstance(value, (int, text_type)):
            found.append(repr(value))
        elif isinstance(value, BaseException):
            found += [self.form(item) for item in value.args]
        if isinstance(value, Slotted):
            found += [self.form(value.p), self.form(value.q)]
        state = getattr(value, '__dict__', None)
        if state and not isinstance(value, (collections.OrderedDict, collections.deque)):
            found += self.pairs(state.items(), False)
        elif isinstance(value, uuid.UUID):
            found.append(hex(value.int))
        return found


def canonical(value):
    return Canonical().form(value)


def values(count, seed):
    for index in range(count):
        yield index, Generator(seed * 100003 + index).value(4)


def protocols():
    return range(0, 3 if PY2 else 6)


def generate(count, seed):
    for index, value in values(count, seed):
        for protocol in protocols():
            dumps = pickle.dumps if index % 2 else cPickle.dumps
            try:
                written = dumps(value, protocol)
            except RuntimeError:
                continue  # an object that contains itself in its arguments: Python cannot write it either
            print(index, protocol, binascii.hexlify(written).decode('ascii'))


def check(count, seed):
    expected = dict((index, canonical(value)) for index, value in values(count, seed))
    bad = 0
    for number, line in enumerate(sys.stdin):
        index, protocol, digits = line.split()
        loads = pickle.loads if number % 2 else cPickle.loads
        try:
            got = canonical(loads(binascii.unhexlify(digits.encode('ascii'))))
        except Exception as problem:
            got = '%s: %s' % (type(problem).__name__, problem)
        if got != expected[int(index)]:
            bad += 1
            if bad < 6:
                wanted = expected[int(index)]
                at = max(0, next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b), 0) - 150)
                print('value %s, protocol %s, from %d\n  expected %r\n  got      %r\n  %s'
                      % (index, protocol, at, wanted[at:at + 300], got[at:at + 300], digits[:1500]))
    print('done', number + 1, 'bad', bad)


def show():
    for line in sys.stdin:
        try:
            print(canonical(pickle.loads(binascii.unhexlify(line.strip().encode('ascii')))))
        except Exception as problem:
            print('%s: %s' % (type(problem).__name__, problem))


def main(arguments):
    sys.setrecursionlimit(2000)
    if arguments[0] == 'show':
        show()
    else:
        {'generate': generate, 'check': check}[arguments[0]](int(arguments[1]), int(arguments[2]))


if __name__ == '__main__':
    import pickle_peer  # so that classes are pickled under the name of this module
    pickle_peer.main(sys.argv[1:])
