# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""Writes the bodies that bench_pickle measures and times CPython's pickle on them.

    bench_pickle.py FOLDER    prints "case decode encode" lines, seconds of CPU time, best of several
"""
import os
import pickle
import random
import sys
import time


def best(work, least):
    work()
    times = []
    started = time.process_time()
    while len(times) < 5 or time.process_time() - started < least:
        before = time.process_time()
        result = work()
        times.append(time.process_time() - before)
        del result
    return min(times)


def cases():
    values = random.Random(1)
    yield 'ints', list(range(100000))
    yield 'dicts', [{'name': 'sensor %d' % i, 'value': values.random(), 'count': i, 'active': i % 2 == 0,
                     'unit': 'degrees celsius', 'tags': None} for i in range(10000)]
    yield 'bytes', bytes(bytearray(20 * 1024 * 1024))


for name, value in cases():
    data = pickle.dumps(value, 4 if name == 'bytes' else 2)
    with open(os.path.join(sys.argv[1], name + '.pickle'), 'wb') as file:
        file.write(data)
    protocol = 4 if name == 'bytes' else 2
    print(name, best(lambda: pickle.loads(data), 0.5), best(lambda: pickle.dumps(value, protocol), 0.5))
