#!/usr/bin/env bash
# draw docs/portal.png again: the portal over a house in which events flow
setup_apt build
setup_apt portal
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
setup_venv portal
exec "$VENV/bin/python" tools/portal/screenshot.py docs/portal.png
