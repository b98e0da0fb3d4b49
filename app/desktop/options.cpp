// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "options.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>

namespace pyrolens {

Options Options::parse(const QStringList &arguments)
{
    Options options;
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Inspector for networks of Python Remote Objects."));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption demo(QStringLiteral("demo"), QStringLiteral("Start the built-in demo network."));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"),
        QStringLiteral("Write a picture of the window to FILE."), QStringLiteral("FILE"));
    const QCommandLineOption quit(
        QStringLiteral("quit-after-screenshot"), QStringLiteral("End after the picture."));
    const QCommandLineOption profile(
        QStringLiteral("profile-dir"), QStringLiteral("Keep settings in DIR."), QStringLiteral("DIR"));
    const QCommandLineOption theme(
        QStringLiteral("theme"), QStringLiteral("light, dark or system."), QStringLiteral("THEME"));
    const QCommandLineOption size(
        QStringLiteral("size"), QStringLiteral("Size of the window."), QStringLiteral("WxH"));
    parser.addOptions({demo, screenshot, quit, profile, theme, size});
    parser.addPositionalArgument(QStringLiteral("PLACE"), QStringLiteral("URI, HOST or HOST:PORT to open."),
        QStringLiteral("[PLACE ...]"));
    if (!parser.parse(arguments)) {
        options.error = parser.errorText();
        return options;
    }
    if (parser.isSet(help))
        options.help = parser.helpText();
    else if (parser.isSet(version))
        options.help = QStringLiteral("pyrolens %1\n").arg(QCoreApplication::applicationVersion());
    options.demo = parser.isSet(demo);
    options.screenshot = parser.value(screenshot);
    options.quitAfterScreenshot = parser.isSet(quit);
    options.profileDir = parser.value(profile);
    options.theme = parser.value(theme);
    options.places = parser.positionalArguments();
    if (!options.theme.isEmpty()
        && !QStringList{QStringLiteral("light"), QStringLiteral("dark"), QStringLiteral("system")}.contains(
            options.theme))
        options.error = QStringLiteral("--theme takes light, dark or system, not '%1'").arg(options.theme);
    if (parser.isSet(size)) {
        static const QRegularExpression pattern(QStringLiteral("^([0-9]{3,4})x([0-9]{3,4})$"));
        const auto match = pattern.match(parser.value(size));
        if (match.hasMatch())
            options.size = QSize(match.captured(1).toInt(), match.captured(2).toInt());
        else
            options.error = QStringLiteral("--size takes WIDTHxHEIGHT, not '%1'").arg(parser.value(size));
    }
    return options;
}

} // namespace pyrolens
