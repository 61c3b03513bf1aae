#!/bin/sh
# The gates before the tests: format, warnings as errors, and that every target imports only what it declares.
set -eu
cd "$(dirname "$0")/.."
make --no-print-directory lint
BEAMSH_STRICT=1 swift build --build-tests --explicit-target-dependency-import-check error
