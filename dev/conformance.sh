#!/bin/sh
# Prints the conformance checklist: an item passes when every test that asserts it ran and passed; one that no test asserts
# fails. The tests' own output goes to a log that is named at the end.
set -eu
cd "$(dirname "$0")/.."
log=$(mktemp "${TMPDIR:-/tmp}/beamsh-conformance-XXXXXX")
echo "building and running the tests; this takes some minutes" >&2
swift build --build-tests --traits TLS >"$log" 2>&1
suites='InteropTests|CLITests|EPMDTests|DistributionProtocolTests|TermsTests|NodeTests'
timeout --foreground 1200 swift test --skip-build --traits TLS --filter "$suites" >>"$log" 2>&1 || true
awk -F '\t' -v log_file="$log" '
    BEGIN {
        while ((getline line < log_file) > 0) {
            if (match(line, /Test [A-Za-z0-9_]+\(.*(passed|failed) after/)) {
                name = substr(line, RSTART + 5); sub(/\(.*/, "", name)
                if (line ~ /passed after/) passed[name] = 1; else failed[name] = 1
            }
        }
    }
    {
        verdict = "pass"; why = ""
        if ($3 == "-") { verdict = "fail"; why = "  (no test yet)" }
        else {
            count = split($3, tests, " ")
            for (i = 1; i <= count; i++)
                if (!(tests[i] in passed) || (tests[i] in failed)) { verdict = "fail"; why = "  (" tests[i] ")" }
        }
        printf "%3d  %-4s  %s%s\n", $1, verdict, $2, why
        total++; good += verdict == "pass"
    }
    END { printf "%d of %d pass\n", good, total }' dev/conformance.tsv
echo "log: $log" >&2
