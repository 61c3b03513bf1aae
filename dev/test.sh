#!/bin/sh
# Runs the tests that were built: those of the language first, which compute, and then all others, which talk to other
# nodes and have deadlines. What failed stands at the end, where a log that was cut still has it.
set -u
cd "$(dirname "$0")/.."
log=.build/test.log
: >"$log"
failed=0

run() {
    part=.build/test-part.log
    # A test that hangs must not hang the machine that runs it.
    timeout --foreground 1500 swift test --skip-build --traits TLS "$@" 2>&1 | tee "$part"
    grep -aq "Test run with .* passed" "$part" || failed=1
    cat "$part" >>"$log"
}

run --filter 'EvaluationTests|LanguageTests'
run --skip 'EvaluationTests|LanguageTests'
echo
grep -aE "^(library|elixir|erlang|abstract format|lint|records):|the same on the machine|equal to erl_parse" "$log" | sort -u
grep -a "recorded an issue" "$log" | sort -u
exit $failed
