// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors
//
// The smallest program that needs the library's code and not just its headers: a value written as Python,
// sent through a pickle and back.

#include <pyrolens/pickle/pickle.h>
#include <pyrolens/value/literal.h>

#include <QTextStream>

int main()
{
    QTextStream out(stdout);
    const auto parsed = pyrolens::parseLiteral(
        u"{'name': (1, 2.5, u'\\xe9'), 'big': 12345678901234567890L}", pyrolens::Dialect::Python2);
    if (!parsed) {
        out << "parse: " << parsed.error().what << Qt::endl;
        return 1;
    }
    const auto pickled = pyrolens::pickle::encode(parsed->value);
    if (!pickled) {
        out << "encode: " << pickled.error().what << Qt::endl;
        return 1;
    }
    const auto decoded = pyrolens::pickle::decode(*pickled);
    if (!decoded || !(decoded->value == parsed->value)) {
        out << "the value changed on its way through the pickle" << Qt::endl;
        return 1;
    }
    pyrolens::PrintOptions options;
    options.dialect = pyrolens::Dialect::Python2;
    out << pickled->size() << " bytes: " << pyrolens::toPython(decoded->value, options) << Qt::endl;
    return 0;
}
