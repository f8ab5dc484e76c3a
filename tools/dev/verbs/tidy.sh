#!/usr/bin/env bash
# clang-tidy (bugprone, concurrency, performance) over the files that changed since main, or the named ones
setup_apt build
setup_apt fuzz
setup_apt tidy
dir="$FRESHET_BUILD-fuzz"
configure "$dir" -DFRESHET_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++-19
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(git diff --name-only --diff-filter=d main -- 'src/*.cc'; git ls-files --others --exclude-standard -- 'src/*.cc')
[ ${#files[@]} -gt 0 ] || { say "no changed .cc files; name some"; exit 0; }
# The precompiled header must exist before clang-tidy reads units that use it.
compile "$dir" freshet_pch freshet_test_pch
printf '%s\n' "${files[@]}" | xargs -P2 -n1 clang-tidy-19 -p "$dir" --quiet
