# The portal in headless Chromium, over a house that runs.
setup_apt portal
compile "$FRESHET_BUILD" freshet
setup_venv portal
"$VENV/bin/python" tools/dev/run_unittests.py portal tests/process/portal_test.py
