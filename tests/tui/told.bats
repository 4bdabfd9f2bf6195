# What is told about a run to those who look at no screen: signs of life while
# nothing happens, each change of state once.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load pty.sh
	fresh
}

teardown() { stop_all; }

# A run in which the only step waits, told in a way; the clock goes on by
# `almost` seconds, then by one more and some.
told() {
	local almost=$1
	shift
	rm -f go later
	on_pty 80 24 env LD_PRELOAD="$BUILD/tests/later.so" LATER="$PWD/later" \
		"$@" "$WFCTL" run long.yaml <<-END
		wait one
		quiet 300
		mark before
		do echo $((almost - 5)) >new; mv new later
		pause 1500
		mark almost
		do echo $((almost + 5)) >new; mv new later
		wait one
		mark after
		do touch go
	END
	same 0 "$status"
	# Nothing was said before it was time.
	[[ $output == *'almost: '*' 0 bytes'* ]] || { echo "$output"; return 1; }
}

@test "a build log gets a line every two minutes, a reader by ear every half" {
	flow long <<-END
		steps: [{ id: one, run: "until [ -e '$PWD/go' ]; do sleep 0.05; done" }]
	END
	told 120 CI=true
	grep -qE '^[0-9TZ:-]+ run [0-9a-f]+ alive running=one silent=' record ||
		{ cat record; return 1; }
	told 30 ACCESSIBLE=1
	grep -q '^Still going on, 0 of 1 done; running: one\.' record ||
		{ cat record; return 1; }
}

# step_state and run_state of the history, as they are said.
changes() {
	wfctl events @latest -o jsonl | jq -r '
		select(.kind == "step_state" and .data.to != "ready")
		| (.data.to | ascii_upcase | gsub("_"; " ")) + " " + .step'
}

@test "by ear each change of state is said once, and the cursor never moves" {
	flow many <<-END
		name: many
		on_failure: { rollback: start }
		steps:
		  - { id: good, run: "true", undo: "true" }
		  - { id: flaky, needs: [good], run: "[ -e '$PWD/ok' ] || { touch '$PWD/ok'; exit 1; }",
		      retry: { limit: 1, delay: 0s, jitter: 0 } }
		  - { id: passed, needs: [flaky], if: "false", run: "true" }
		  - { id: each, needs: [flaky], foreach: [a, b], run: "true" }
		  - { id: bad, needs: [each], run: exit 3 }
		  - { id: never, needs: [bad], run: "true" }
	END
	on_pty 80 24 env ACCESSIBLE=1 "$WFCTL" run many.yaml <<<''
	same 6 "$status"
	same 0 "$(count '\e')"
	tr -d '\r' <record >said
	diff <(changes) <(grep -oE '^[A-Z]+( [A-Z]+)* [a-z]+(\[[a-z]\])?' said)
	diff <(wfctl events @latest -o jsonl |
		jq -r 'select(.kind == "run_state") | "The run is \(.data.to)."') \
		<(grep '^The run is' said)
	grep -q '^RUNNING flaky, try 1 of 2' said
	grep -q '^RUNNING flaky, try 2 of 2' said
	grep -q '^The run: rollback to start' said
}
