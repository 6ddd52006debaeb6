#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: check_manual.sh PAGE...     Do mandoc and man take these pages without a warning?
command -v mandoc >/dev/null || { echo "mandoc is not installed"; exit 77; }
status=0
mandoc -T lint -W warning "$@" || status=1
for page; do
    warnings=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
    [ -z "$warnings" ] || { printf '%s: %s\n' "$page" "$warnings"; status=1; }
done
exit $status
