// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "inspector.h"
#include "mainwindow.h"
#include "options.h"
#include "settings.h"

#include <pyrolens/generations.h>
#include <pyrolens/theme/theme.h>

#include <QApplication>
#include <QTextStream>
#include <QTimer>
#include <QTranslator>

#include <cstdio>

namespace {

constexpr int kSettled = 700; ///< ms without news until a picture is taken
constexpr int kAtLatest = 8'000;

/// Takes the picture when the window has been quiet for a while.
void takePicture(QApplication &application, pyrolens::MainWindow &window, pyrolens::Inspector &inspector,
    const pyrolens::Options &options)
{
    auto *quiet = new QTimer(&window);
    quiet->setSingleShot(true);
    quiet->setInterval(kSettled);
    const auto again = [quiet] { quiet->start(); };
    QObject::connect(&inspector, &pyrolens::Inspector::namesArrived, quiet, again);
    QObject::connect(&inspector, &pyrolens::Inspector::described, quiet, again);
    QObject::connect(&inspector, &pyrolens::Inspector::callFinished, quiet, again);
    const auto shoot = [&application, &window, options] {
        static bool done = false;
        if (done)
            return;
        done = true;
        const bool saved = window.grab().save(options.screenshot);
        if (!saved)
            QTextStream(stderr) << "pyrolens: cannot write " << options.screenshot << Qt::endl;
        if (options.quitAfterScreenshot)
            application.exit(saved ? 0 : 1);
    };
    QObject::connect(quiet, &QTimer::timeout, &window, shoot);
    if (!options.demo && options.places.isEmpty())
        quiet->start();
    QTimer::singleShot(kAtLatest, &window, shoot);
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("pyrolens"));
    QApplication::setOrganizationName(QStringLiteral("pyrolens"));
    QApplication::setApplicationDisplayName(QStringLiteral("Pyrolens"));
    QApplication::setApplicationVersion(QStringLiteral(PYROLENS_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("io.github.pyrolens.Pyrolens"));

    const pyrolens::Options options = pyrolens::Options::parse(QCoreApplication::arguments());
    if (!options.error.isEmpty()) {
        QTextStream(stderr) << "pyrolens: " << options.error << "; see pyrolens --help" << Qt::endl;
        return 2;
    }
    if (!options.help.isEmpty()) {
        QTextStream(stdout) << options.help;
        return 0;
    }
    // English has a catalogue too: its plurals. It also fills what a translation lacks.
    const QString folder = QStringLiteral(":/i18n");
    QTranslator english;
    if (english.load(QStringLiteral("pyrolens_en"), folder))
        QCoreApplication::installTranslator(&english);
    QTranslator translator;
    if (QLocale().language() != QLocale::English && QLocale().language() != QLocale::C
        && translator.load(QLocale(), QStringLiteral("pyrolens"), QStringLiteral("_"), folder))
        QCoreApplication::installTranslator(&translator);

    pyrolens::Settings settings(options.profileDir);
    pyrolens::Theme theme(&application);
    theme.setMode(pyrolens::Theme::modeFromText(options.theme.isEmpty() ? settings.theme() : options.theme));
    theme.setFontScale(settings.fontScale());

    pyrolens::Inspector inspector(pyrolens::builtinCatalogue());
    pyrolens::MainWindow window(&inspector, &settings, &theme);
    if (options.size)
        window.resize(*options.size);
    if (!options.screenshot.isEmpty())
        takePicture(application, window, inspector, options);
    window.show();
    if (options.demo)
        window.openDemo();
    for (const QString &place : options.places)
        window.openText(place);
    return QApplication::exec();
}
