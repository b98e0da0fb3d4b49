# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
"""The real Pyro 3 at the other end of an exchange of mobile code; Python 2.7.

    pyro3_peer.py serve FOLDER            an object whose server lacks all modules but those of FOLDER
    pyro3_peer.py supply URI FOLDER       calls echo with instances of classes out of FOLDER
    pyro3_peer.py note URI FOLDER         leaves an instance of gift.Gift
    pyro3_peer.py retrieve URI            takes it up without having the module
    pyro3_peer.py agent URI FOLDER        sends an agent shopping, which comes back as it went
"""
from __future__ import print_function
import os
import sys

import Pyro.core
import Pyro.errors

Pyro.config.PYRO_MOBILE_CODE = 1
Pyro.config.PYRO_TRACELEVEL = 0


def check(what, good):
    print('ok' if good else 'WRONG', what)
    sys.stdout.flush()


class Host(Pyro.core.ObjBase):
    def echo(self, value):
        return value

    def visit(self, rover):
        return rover.visit('host7')

    def fetch(self, name):
        return getattr(__import__(name), 'Gift')('box')

    def loaded(self, name):
        return name in sys.modules

    def later(self, rover):
        import helper_mod
        return helper_mod.dress('late', rover.where)


def serve(folder):
    if folder != '-':
        sys.path.insert(0, folder)
    Pyro.core.initServer(banner=0)
    daemon = Pyro.core.Daemon(host='127.0.0.1', port=int(os.environ.get('PEER_PORT', '17700')))
    uri = daemon.connect(Host())
    print('ready', uri)
    sys.stdout.flush()
    daemon.requestLoop()


def supply(uri, folder):
    sys.path.insert(0, folder)
    import rover_one
    import kit.walker
    proxy = Pyro.core.getProxyForURI(uri)
    answer = proxy.echo(rover_one.Rover('north'))
    check('instance comes back', isinstance(answer, rover_one.Rover) and answer.where == 'north')
    answer = proxy.echo(rover_one.Rover('south'))
    check('second call', answer.where == 'south')
    answer = proxy.echo([kit.walker.Walker(), {'r': rover_one.Rover('x')}])
    check('nested package', isinstance(answer[0], kit.walker.Walker) and answer[1]['r'].where == 'x')
    check('plain values', proxy.echo((1, 'two')) == (1, 'two'))


def note(uri, folder):
    sys.path.insert(0, folder)
    import gift
    Pyro.core.getProxyForURI(uri).note(gift.Gift('box'))
    check('noted', True)


def retrieve(uri):
    proxy = Pyro.core.getProxyForURI(uri)
    try:
        import gift
        check('module is not here', False)
    except ImportError:
        check('module is not here', True)
    notes = proxy.notes()
    check('class came with its code', notes[0].unwrap() == '~box~')
    for name in ('os', 'nothing', '../secret', 'secret/../gift'):
        try:
            proxy.remote_retrieve_code(name)
            check(name, False)
        except Pyro.errors.PyroError as error:
            check('%s: %s' % (name, error.args[0]), True)
    check('plain values', proxy.echo(5) == 5)


def agent(uri, folder):
    """What the client of the distribution's example agent2 does, without its name server."""
    sys.path.insert(0, folder)
    import agent.ShoppingAgent
    mall = Pyro.core.getAttrProxyForURI(uri)
    try:
        mall.remote_supply_code('crash', 'this is no python code', 333)
        check('bogus code is refused', False)
    except Pyro.errors.PyroError as error:
        check('bogus code is refused: %s' % error, True)
    harry = agent.ShoppingAgent.ShoppingAgent('Harry')
    harry.cashLimit(500)
    harry.shoppingList(['tv', 'mouse'])
    harry = mall.goShopping(harry)
    check('the agent is back', harry.cash == 500 and harry.shopsVisited == 0 and harry.name == 'Harry')


globals()[sys.argv[1]](*sys.argv[2:])
