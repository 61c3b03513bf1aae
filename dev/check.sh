#!/bin/sh
# The gates before the tests: format, warnings as errors, and that every target imports only what it declares.
# This builds without the trait TLS, the tests are built with it: both are looked at.
set -eu
cd "$(dirname "$0")/.."
make --no-print-directory lint
BEAMSH_STRICT=1 swift build --build-tests --explicit-target-dependency-import-check error
