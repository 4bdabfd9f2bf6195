# Starting runs and following them: output, exit statuses, signals.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

two_steps() {
	flow two <<'END'
steps:
  - id: one
    run: echo first line
  - id: two
    needs: [one]
    run: echo second line
END
}

# A step that ends when the file `go` is there.
gate() {
	flow gate <<'END'
steps:
  - id: gate
    env: { GO: "${{ env.GO }}" }
    run: |
      echo waiting
      until [ -e "$GO" ]; do sleep 0.02; done
      echo open
END
	sed -i "s|\${{ env.GO }}|$PWD/go|" gate.yaml
}

waits() {
	[ "$(wfctl show gate -o json | jq -r '.steps[0].attempts | length')" = 1 ] &&
		wfctl logs gate | grep -q waiting
}

@test "plain output has a line an event and the steps' own lines" {
	two_steps
	expect 0 wfctl run two.yaml
	has ' start flow=two rev='
	has ' steps=2'
	has ' one try 1/1 start'
	has ' one | first line'
	has ' one ok '
	has ' two | second line'
	has ' succeeded ok=2 exit=0 after='
	# nothing but whole lines that begin with a time
	same 0 "$(grep -cvE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z ' <<<"$output")"
}

@test "a step's output stands between its start and its end" {
	two_steps
	expect 0 wfctl run two.yaml
	order=$(grep -oE 'one try 1/1 start|one \| first|one ok' <<<"$output")
	same $'one try 1/1 start\none | first\none ok' "$order"
}

@test "-d prints the id alone, and the run goes on" {
	two_steps
	expect 0 wfctl run two.yaml -d
	[[ $output =~ ^[0-9a-z]+$ ]]
	id=$output
	wait_for is succeeded "$id"
}

@test "--progress quiet prints nothing, json an object a line" {
	two_steps
	expect 0 wfctl run two.yaml --progress quiet
	same "" "$output$stderr"
	expect 0 wfctl run two.yaml --progress json
	same run_created "$(head -n 1 <<<"$output" | jq -r .kind)"
	same 1 "$(jq -s '[.[].schema] | unique | .[0]' <<<"$output")"
	same true "$(jq -s '[.[].seq] | . == sort' <<<"$output")"
}

@test "the status says how the run ended" {
	flow bad <<'END'
steps:
  - id: bad
    run: exit 7
END
	expect 1 wfctl run bad.yaml
	has ' bad FAILED exit=7 tries=1/1'
	has ' FAILED failed=1 exit=1'
	flow partly <<'END'
steps:
  - id: bad
    run: exit 7
    on_failure: ignore
  - id: good
    needs: [bad]
    run: "true"
END
	expect 4 wfctl run partly.yaml
	flow undone <<'END'
on_failure: rollback
steps:
  - id: good
    run: "true"
    undo: "true"
  - id: bad
    needs: [good]
    run: exit 7
END
	expect 6 wfctl run undone.yaml
	flow asks <<'END'
steps:
  - id: asks
    approval: { prompt: "Well?" }
END
	expect 5 wfctl run asks.yaml
}

@test "retries are told with their rule" {
	flow again <<'END'
steps:
  - id: flaky
    run: test "$WFCTL_ATTEMPT" = 2
    retry: { limit: 2, delay: 10ms }
END
	expect 0 wfctl run again.yaml
	has ' flaky try 1/3 fail exit=1'
	has ' flaky retry 2/3 in='
	has ' flaky ok '
	has ' tries=2'
}

@test "a child flow that was tried again and failed says why" {
	flow child <<'END'
steps: [{ id: z, run: "false" }]
END
	flow f <<'END'
steps: [{ id: c, workflow: child.yaml, retry: 1 }]
END
	expect 1 wfctl run f.yaml
	has ' c retry 2/2 in='
	has ' c FAILED because its flow ended failed: z; tries used up (2 of 2)'
}

@test "an invalid flow is status 3 with every finding, and starts nothing" {
	flow wrong <<'END'
steps:
  - id: a
    needs: [b]
    run: "true"
  - id: c
    rum: "true"
END
	expect 3 wfctl run wrong.yaml
	err_has 'wrong.yaml:4'
	err_has 'wrong.yaml:7'
	expect 3 wfctl run wrong.yaml -o json
	same invalid "$(jq -r .error.code <<<"$stderr")"
	same 4 "$(jq -r .error.line <<<"$stderr")"
	same true "$(jq '.error.findings | length >= 2' <<<"$stderr")"
	expect 0 wfctl ls -q
	same "" "$output"
}

@test "params: given, checked, missing, unknown" {
	flow par <<'END'
params:
  who: { type: string, required: true }
  n: { type: int, default: 3, max: 5 }
steps:
  - id: say
    env: { WHO: "${{ params.who }}", N: "${{ params.n }}" }
    run: echo "$WHO $N"
END
	expect 0 wfctl run par.yaml -p who='a b; $(c)' -p n=4
	has ' say | a b; $(c) 4'
	expect 2 wfctl run par.yaml
	err_has who
	expect 2 wfctl run par.yaml -p who=x -p n=9
	err_has n
	expect 2 wfctl run par.yaml -p who=x -p m=1
	err_has 'there are: who, n'
	echo 'who: from a file' >params.yaml
	expect 0 wfctl run par.yaml --params params.yaml
	has 'from a file 3'
	expect 2 wfctl run par.yaml --params missing.yaml
	err_has missing.yaml
}

@test "a dry run checks, says what would run, and makes nothing" {
	two_steps
	expect 0 wfctl run two.yaml -n
	same "$(wfctl plan two.yaml)" "$output"
	err_has 'nothing was started'
	[ ! -e "$WFCTL_STATE" ]
	expect 0 wfctl run two.yaml -n --only two -o json
	same '["skip","run"]' "$(jq -c 'map(.what)' <<<"$output")"
	expect 0 wfctl ls -q
	same "" "$output"
	flow par <<'END'
params: { who: { type: string, required: true } }
steps: [{ id: a, run: "true" }]
END
	expect 2 wfctl run -n par.yaml
}

@test "a flow may come from standard input" {
	expect 0 wfctl run - <<'END'
version: 1
name: piped
steps: [{ id: a, run: echo hello }]
END
	has 'flow=piped'
}

@test "SIGINT cancels gracefully: status 130, and the run can be resumed" {
	gate
	"$WFCTL" run gate.yaml >out 2>err &
	pid=$!
	wait_for waits
	kill -INT $pid
	status=0
	wait $pid || status=$?
	[ "$status" -eq 130 ]
	same cancelled "$(state gate)"
	grep -q 'stopping' err
	touch go
	expect 0 wfctl resume gate
	same succeeded "$(state gate)"
}

@test "SIGTERM ends with 143, and a second signal kills what clings" {
	flow stubborn <<'END'
steps:
  - id: s
    kill_after: 10m
    run: |
      trap '' TERM
      echo waiting
      while :; do sleep 0.1; done
END
	"$WFCTL" run stubborn.yaml >out 2>err &
	pid=$!
	wait_for grep -q 's | waiting' out
	kill -TERM $pid
	wait_for grep -q 'stopping' err
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ "$status" -eq 143 ]
	same cancelled "$(state stubborn)"
}

@test "a signal that comes when the run has ended asks for nothing" {
	gate
	"$WFCTL" run gate.yaml >out 2>err &
	pid=$!
	wait_for waits
	kill -STOP $pid
	touch go
	wait_for is succeeded gate
	kill -TERM $pid
	kill -CONT $pid
	wait $pid
	same "" "$(wfctl events gate | grep cancel)"
}

@test "SIGKILL ends the follower, SIGHUP not even that; neither the run" {
	gate
	for signal in HUP KILL; do
		rm -f go out
		"$WFCTL" run gate.yaml >out 2>&1 &
		pid=$!
		wait_for grep -q 'gate | waiting' out
		kill -$signal $pid
		[ $signal = HUP ] || wait $pid || :
		same running "$(state gate)"
		touch go
		[ $signal = KILL ] || wait $pid
		wait_for is succeeded gate
	done
}

@test "a broken pipe ends the follower quietly, never the run" {
	gate
	run bash -c '"$0" run gate.yaml 2>err | head -n 1' "$WFCTL"
	[ "$status" -eq 0 ]
	touch go
	wait_for is succeeded gate
	same "" "$(cat err)"
}

@test "what a step prints cannot act on a terminal" {
	flow hostile <<'END'
steps:
  - id: h
    run: printf 'a\033[31mb\007c\n\376\rd\n\302\233x\n'
END
	expect 0 wfctl run hostile.yaml --progress plain
	same 0 "$(LC_ALL=C grep -cP '\x1b|\x07|\r|\x9b' <<<"$output")"
	has '<ESC>'
}

@test "only, from and max-parallel are checked against the flow" {
	two_steps
	expect 0 wfctl run two.yaml --only two
	same skipped "$(state two one)"
	same succeeded "$(state two two)"
	expect 0 wfctl run two.yaml --from two
	same skipped "$(state two one)"
	expect 9 wfctl run two.yaml --only three
	err_has three
	expect 9 wfctl run two.yaml --from ''
	# As from a variable that is not set: not the same as no list.
	expect 2 wfctl run two.yaml --only ''
	err_has 'names nothing'
}

@test "an engine that dies is told, and resume finds what still runs" {
	gate
	"$WFCTL" run gate.yaml >out 2>err &
	pid=$!
	wait_for grep -q 'gate | waiting' out
	kill -KILL "$(ask gate .engine.pid)"
	same interrupted "$(state gate)"
	status=0
	wait $pid || status=$?
	[ $status -ne 0 ]
	grep -q 'the engine of run .* is gone; "wfctl resume' err
	"$WFCTL" resume gate >again &
	pid=$!
	wait_for grep -q 'gate | waiting' again
	touch go
	wait $pid
	grep -q 'gate | open' again
	same 1 "$(ask gate '.steps[0].attempts | length')"
}
