# What `freshet up` and `freshet run` promise as processes, and what they bear.
compile "$FRESHET_BUILD" freshet
python3 tools/dev/run_unittests.py process tests/process/up_test.py tests/process/run_test.py tests/process/apply_test.py tests/process/retrace_test.py tests/process/admin_test.py tests/process/functions_test.py tests/process/overload_test.py tests/process/faults_test.py
