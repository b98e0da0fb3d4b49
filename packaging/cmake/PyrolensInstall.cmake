# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: Pyrolens contributors
#
# What `cmake --install` puts where, besides the library (PyrolensCore.cmake): programs, desktop
# integration, translations; and the Debian package made of all of it by `cpack -G DEB`.
# Included last, when all targets are there.
include_guard(GLOBAL)

if(TARGET pyroctl)
    install(TARGETS pyroctl RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT programs)
endif()
if(TARGET pyrolens-script)
    install(TARGETS pyrolens-script RUNTIME DESTINATION "libexec/pyrolens" COMPONENT programs)
endif()
if(TARGET pyrolens)
    install(TARGETS pyrolens RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT programs)
    install(FILES "${PROJECT_SOURCE_DIR}/packaging/io.github.pyrolens.Pyrolens.desktop"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/applications" COMPONENT programs)
    install(FILES "${PROJECT_SOURCE_DIR}/packaging/io.github.pyrolens.Pyrolens.metainfo.xml"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo" COMPONENT programs)
    install(FILES "${PROJECT_SOURCE_DIR}/resources/icons/io.github.pyrolens.Pyrolens.svg"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps" COMPONENT programs)
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/pyrolens" COMPONENT programs)

set(CPACK_PACKAGE_NAME pyrolens)
set(CPACK_PACKAGE_VENDOR "Pyrolens contributors")
set(CPACK_PACKAGE_CONTACT "Pyrolens contributors <pyrolens@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_HOMEPAGE_URL "https://github.com/pyrolens/pyrolens")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
# Paths inside the package follow Debian's layout, whatever prefix the build was configured with.
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded at run time, so dpkg-shlibdeps does not see it: the SVG icons.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libqt6svg6")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "qt6-base-dev, zlib1g-dev, libsqlite3-dev")
# One package with everything: it is small, and the library is one archive.
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENTS_ALL programs development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
include(CPack)
