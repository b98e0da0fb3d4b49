// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/theme/colors.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/theme/theme.h>

#include <QApplication>
#include <QDir>
#include <QPushButton>
#include <QtTest>

using namespace pyrolens;

class tst_Theme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textContrast_data();
    void textContrast();
    void markContrast_data();
    void markContrast();
    void tellsSchemeOfPalette();
    void rowsFollowTheFont();
    void everyIconRenders();
    void iconFollowsThePalette();
    void strokesStayAsWide();
    void switchesLive();
    void primaryButtonUsesAccent();
};

void tst_Theme::textContrast_data()
{
    QTest::addColumn<int>("role");
    QTest::addColumn<int>("scheme");
    const std::pair<const char *, ColorRole> roles[] = {{"ok", ColorRole::Ok},
        {"warning", ColorRole::Warning}, {"error", ColorRole::Error}, {"sent", ColorRole::Sent},
        {"received", ColorRole::Received}, {"muted", ColorRole::Muted}, {"number", ColorRole::NumberText},
        {"string", ColorRole::StringText}, {"bytes", ColorRole::BytesText}, {"name", ColorRole::NameText}};
    for (const auto &[name, role] : roles) {
        QTest::addRow("%s-light", name) << int(role) << int(Scheme::Light);
        QTest::addRow("%s-dark", name) << int(role) << int(Scheme::Dark);
    }
}

void tst_Theme::textContrast()
{
    QFETCH(int, role);
    QFETCH(int, scheme);
    const QPalette palette = builtInPalette(Scheme(scheme));
    const QColor colour = themeColor(ColorRole(role), palette);
    QCOMPARE_GE(contrastRatio(colour, palette.color(QPalette::Base)), 4.5);
    QCOMPARE_GE(contrastRatio(colour, palette.color(QPalette::Window)), 4.5);
}

void tst_Theme::markContrast_data()
{
    QTest::addColumn<int>("scheme");
    QTest::newRow("light") << int(Scheme::Light);
    QTest::newRow("dark") << int(Scheme::Dark);
}

void tst_Theme::markContrast()
{
    QFETCH(int, scheme);
    const QPalette palette = builtInPalette(Scheme(scheme));
    const QColor accent = themeColor(ColorRole::Accent, palette);
    QCOMPARE_GE(contrastRatio(accent, palette.color(QPalette::Window)), 3.0);
    QCOMPARE_GE(contrastRatio(themeColor(ColorRole::OnAccent, palette), accent), 4.5);
    QCOMPARE_GE(
        contrastRatio(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)), 4.5);
    QCOMPARE_GE(contrastRatio(palette.color(QPalette::Text), palette.color(QPalette::Base)), 7.0);
    QCOMPARE_GE(
        contrastRatio(palette.color(QPalette::ToolTipText), palette.color(QPalette::ToolTipBase)), 4.5);
}

void tst_Theme::tellsSchemeOfPalette()
{
    QCOMPARE(schemeOf(builtInPalette(Scheme::Light)), Scheme::Light);
    QCOMPARE(schemeOf(builtInPalette(Scheme::Dark)), Scheme::Dark);
}

void tst_Theme::rowsFollowTheFont()
{
    QFont font = QGuiApplication::font();
    font.setPixelSize(12);
    QCOMPARE(metrics::rowHeight(font), 24);
    QCOMPARE(metrics::rowHeight(font, metrics::Density::Normal), 28);
    font.setPixelSize(30);
    QVERIFY(metrics::rowHeight(font) >= QFontMetrics(font).height());
    QCOMPARE(metrics::rowHeight(font) % metrics::kGrid, 0);
}

void tst_Theme::everyIconRenders()
{
    const QStringList files = QDir(QStringLiteral(":/pyrolens/icons")).entryList();
    QVERIFY(files.size() > 40);
    for (const QString &file : files) {
        const QString name = file.chopped(4);
        for (const int size : {16, 20, 24}) {
            const QImage image = iconPixmap(name, Qt::black, size, 1.0).toImage();
            QCOMPARE(image.size(), QSize(size, size));
            int inked = 0;
            for (int y = 0; y < size; ++y) {
                for (int x = 0; x < size; ++x)
                    inked += qAlpha(image.pixel(x, y)) > 100;
            }
            QVERIFY2(inked >= 6, qPrintable(name));
            QVERIFY2(inked < size * size / 2, qPrintable(name));
        }
    }
}

void tst_Theme::iconFollowsThePalette()
{
    const QIcon icon = themeIcon(QStringLiteral("list-add"));
    const auto middle = [&icon] { return QColor(icon.pixmap(16, 16).toImage().pixel(8, 8)).lightness(); };
    QApplication::setPalette(builtInPalette(Scheme::Light));
    const int inLight = middle();
    QApplication::setPalette(builtInPalette(Scheme::Dark));
    const int inDark = middle();
    QVERIFY2(inLight < 120 && inDark > 150, qPrintable(QStringLiteral("%1 %2").arg(inLight).arg(inDark)));
}

void tst_Theme::strokesStayAsWide()
{
    // A cross of 1.5 px covers two pixel rows at any size, partly.
    const auto rows = [](int size) {
        const QImage image = iconPixmap(QStringLiteral("list-remove"), Qt::black, size, 1.0).toImage();
        double ink = 0;
        for (int y = 0; y < size; ++y)
            ink += qAlpha(image.pixel(size / 2, y)) / 255.0;
        return ink;
    };
    QVERIFY(qAbs(rows(16) - 1.5) < 0.2);
    QVERIFY(qAbs(rows(24) - 1.5) < 0.2);
}

void tst_Theme::switchesLive()
{
    Theme theme(qobject_cast<QApplication *>(QCoreApplication::instance()));
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setMode(Theme::Mode::Dark);
    QCOMPARE(schemeOf(QApplication::palette()), Scheme::Dark);
    theme.setMode(Theme::Mode::Light);
    QCOMPARE(schemeOf(QApplication::palette()), Scheme::Light);
    QCOMPARE(changed.count(), 2);
    QCOMPARE(Theme::modeFromText(Theme::modeText(Theme::Mode::Dark)), Theme::Mode::Dark);
    QCOMPARE(Theme::modeFromText(QStringLiteral("nonsense")), Theme::Mode::System);

    const double before = QApplication::font().pointSizeF();
    theme.setFontScale(150);
    QVERIFY(qAbs(QApplication::font().pointSizeF() - before * 1.5) < 0.1);
    theme.setFontScale(1'000);
    QCOMPARE(theme.fontScale(), 200);
    theme.setFontScale(100);
}

void tst_Theme::primaryButtonUsesAccent()
{
    Theme theme(qobject_cast<QApplication *>(QCoreApplication::instance()));
    theme.setMode(Theme::Mode::Light);
    QPushButton plain(QStringLiteral("x"));
    QPushButton primary(QStringLiteral("x"));
    FlatStyle::setPrimary(&primary);
    for (QPushButton *button : {&plain, &primary})
        button->resize(80, 28);
    const QColor accent = themeColor(ColorRole::Accent, Scheme::Light);
    QCOMPARE(primary.grab().toImage().pixelColor(10, 14), accent);
    QVERIFY(plain.grab().toImage().pixelColor(10, 14) != accent);
    primary.setEnabled(false);
    QVERIFY(primary.grab().toImage().pixelColor(10, 14) != accent);
}

QTEST_MAIN(tst_Theme)
#include "tst_theme.moc"
