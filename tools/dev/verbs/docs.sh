#!/usr/bin/env bash
# write the generated pages again: docs/compatibility.md (with the counts of the last ./dev test clients here), docs/config.md, docs/sql.md, docs/sql_differences.md
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
[ ! -d "$FRESHET_BUILD/tally" ] || python3 tools/dev/docs/client_runs.py keep "$FRESHET_BUILD/tally"
for page in compatibility config sql; do
  {
    cat "tools/dev/docs/$page.head.md"
    [ "$page" != compatibility ] || python3 tools/dev/docs/client_runs.py table
    "$FRESHET_BUILD/freshet" "$page"
  } >"docs/$page.md"
done
python3 tools/dev/docs/sql_differences.py >docs/sql_differences.md
