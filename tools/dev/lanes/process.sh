# What `freshet up` promises as a process.
compile "$FRESHET_BUILD" freshet
python3 tools/dev/run_unittests.py process tests/process/up_test.py
