#!/usr/bin/env bash
# write the generated pages again: docs/compatibility.md, docs/config.md, docs/sql.md
setup_apt build
setup_runtime_libraries "$FRESHET_BUILD"
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
for page in compatibility config sql; do
  { cat "tools/dev/docs/$page.head.md"; "$FRESHET_BUILD/freshet" "$page"; } >"docs/$page.md"
done
