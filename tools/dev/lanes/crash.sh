# Kill -9, power cuts, failing syncs and rot against the real binary, and the planted bugs: ./dev test crash [--hours H].
configure "$FRESHET_BUILD"
compile "$FRESHET_BUILD" freshet
planted="$FRESHET_BUILD-planted"
configure "$planted" -DFRESHET_PLANTED_BUGS=ON
simulated=$(grep -oE '"[a-z_]+_test"\)' tests/crash/run.py | tr -d '")' | sort -u)
compile "$planted" freshet $simulated
python3 tests/crash/run.py --binary "$FRESHET_BUILD/freshet" --planted "$planted/freshet" \
  --simulated $(for test in $simulated; do find "$planted" -name "$test" -type f -perm -u+x; done) --seconds 60 "$@"
