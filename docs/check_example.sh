#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: check_example.sh PAGE UPSDRV CC...     Does the C example of the page build with nothing but the
# header, and keep the contract?
set -eu
page=$1 upsdrv=$2
shift 2
header=$(dirname "$page")/../driverapi/upsdrv.h
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/ridethrough"
cp "$header" "$folder/ridethrough/"
awk '/^```c$/ { copy = 1; next } /^```$/ { copy = 0 } copy' "$page" >"$folder/acme.c"
"$@" -std=c11 -Wall -Wextra -pedantic -Werror -I"$folder" -shared -fPIC -fvisibility=hidden \
    "$folder/acme.c" -o "$folder/acme.so"
"$upsdrv" --check "$folder/acme.so"
