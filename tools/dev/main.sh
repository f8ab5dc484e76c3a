#!/usr/bin/env bash
# Verb table: one line a verb, one file a verb under tools/dev/verbs/.
set -euo pipefail

export FRESHET_CACHE="${FRESHET_CACHE:-$HOME/.cache/freshet}"
export FRESHET_BUILD="${FRESHET_BUILD:-build}"
mkdir -p "$FRESHET_CACHE"

verbs() { (cd tools/dev/verbs && ls -- *.sh | sed 's/\.sh$//'); }

verb="${1:-}"
if [ -z "$verb" ] || [ ! -f "tools/dev/verbs/$verb.sh" ]; then
  [ -z "$verb" ] || echo "dev: no verb '$verb'" >&2
  echo "usage: ./dev VERB [arguments]" >&2
  for v in $(verbs); do printf '  %-8s %s\n' "$v" "$(sed -n '2s/^# //p' "tools/dev/verbs/$v.sh")" >&2; done
  [ -z "$verb" ] || exit 2
  exit 0
fi
shift
source tools/dev/setup.sh
source "tools/dev/verbs/$verb.sh"
