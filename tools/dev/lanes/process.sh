# What `freshet up` and `freshet run` promise as processes.
compile "$FRESHET_BUILD" freshet
python3 tools/dev/run_unittests.py process tests/process/up_test.py tests/process/run_test.py tests/process/apply_test.py tests/process/admin_test.py tests/process/functions_test.py
