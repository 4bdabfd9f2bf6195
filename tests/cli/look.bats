# Looking at runs: ls, show, logs, events, export, stats, metrics, graph.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

sample() {
	flow sample <<'END'
params: { who: world }
outputs: { greeting: "${{ steps.greet.outputs.text }}" }
steps:
  - id: greet
    env: { WHO: "${{ params.who }}" }
    outputs: { text: string }
    run: |
      echo "hello, $WHO"
      echo "text=hi $WHO" >> "$WFCTL_OUTPUT"
  - id: each
    needs: [greet]
    foreach: [a, b]
    run: echo "one of two"
END
	wfctl run sample.yaml --progress quiet
}

@test "nothing is there before the first run, and that is no error" {
	expect 0 wfctl ls
	same "" "$output"
	expect 0 wfctl ls -o json
	same '[]' "$output"
}

@test "the JSON of a run has the promised shape" {
	sample
	expect 0 wfctl show sample -o json
	same true "$(jq '[has("id", "flow", "state", "revision", "created",
		"started", "finished", "params", "outputs", "engine", "steps",
		"decisions")] | all' <<<"$output")"
	same succeeded "$(jq -r .state <<<"$output")"
	same world "$(jq -r .params.who <<<"$output")"
	same "hi world" "$(jq -r .outputs.greeting <<<"$output")"
	same false "$(jq -r .engine.alive <<<"$output")"
	same true "$(jq '.steps | all(has("id", "instance", "state", "cause",
		"needs", "attempts", "outputs", "undo", "blocked_by",
		"reason"))' <<<"$output")"
	same true "$(jq '[.steps[].attempts[]] | all(has("n", "phase", "state",
		"started", "finished", "exit_code", "signal", "cause",
		"log"))' <<<"$output")"
	jq -e '.started | test("^[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z$")' <<<"$output"
}

# keys FILTER WANTED: each object that it finds has these keys, and what more
# there may be for people.
keys() {
	jq -e --arg wanted "$2" "[$1] | length > 0 and all(
		(keys) as \$had | (\$wanted | split(\" \")) - \$had == [])" \
		<<<"$output" >/dev/null || {
		echo "$1 has not all of $2"
		return 1
	}
}

# step ID FILTER WANTED
step() {
	same "$3" "$(jq -r ".steps[] | select(.id == \"$1\") | $2" <<<"$output")"
}

@test "every field of the JSON of a run says what it is to say" {
	flow all <<-'END'
	params: {who: ann}
	outputs: {v: "${{ steps.a.outputs.v }}"}
	on_failure: rollback
	rollback: {on_undo_failure: continue}
	steps:
	- {id: a, outputs: {v: int}, run: 'echo v=7 >>$WFCTL_OUTPUT', undo: 'true'}
	- {id: b, needs: [a], foreach: [x], check: 'exit 1', retry: {limit: 1, delay: 1ms}, run: 'test $WFCTL_ATTEMPT = 2', undo: 'exit 4'}
	- {id: c, needs: [b], run: 'kill -9 $$'}
	- {id: d, needs: [c], run: 'true'}
	END
	expect 7 wfctl run -q all.yaml
	expect 0 wfctl show all -o json
	keys . "id flow state revision created started finished params outputs engine steps decisions"
	keys .engine "alive pid"
	keys '.steps[]' "id instance state cause needs attempts outputs undo blocked_by reason"
	keys '.steps[].attempts[]' "n phase state started finished exit_code signal cause log"
	keys '.decisions[]' "time actor step what because"
	same 'all rollback_failed ann false null' \
		"$(jq -r '"\(.flow) \(.state) \(.params.who) \(.engine.alive) \(.engine.pid)"' <<<"$output")"
	step a '[.state, .outputs.v, .undo.state, (.needs | length)] | tojson' \
		'["undone",7,"undone",0]'
	step b '[.instance, .state, .cause, .needs, .undo.state] | tojson' \
		'["x","undo_failed","exit",["a"],"failed"]'
	step b '[.attempts[] | [.phase, .n, .state, .exit_code, .signal, .cause]] | tojson' \
		'[["check",1,"failed",1,null,"exit"],["do",1,"failed",1,null,"exit"],["check",2,"failed",1,null,"exit"],["do",2,"succeeded",0,null,null],["undo",1,"failed",4,null,"exit"]]'
	step c '[.state, .cause, .attempts[0].exit_code, .attempts[0].signal] | tojson' \
		'["failed","signal",null,9]'
	step d '[.state, .blocked_by, .attempts, .cause] | tojson' \
		'["pending",["c"],[],null]'
	same true "$(jq '[.created, .started, .finished, .steps[].attempts[].started,
		.steps[].attempts[].finished, .decisions[].time] |
		all(test("^[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z$"))' <<<"$output")"
	for log in $(jq -r '.steps[].attempts[].log' <<<"$output"); do test -f "$log"; done
	jq -e '.decisions | any(.step == "b[x]" and .actor == "engine" and
		(.what | startswith("retry")) and .because != null)' <<<"$output"
}

# It is printed step by step, and must look as if it were printed whole.
@test "the JSON of a run is laid out as jq lays it out" {
	sample
	diff <(wfctl show sample -o json) <(wfctl show sample -o json | jq --indent 2 .)
	diff <(wfctl show sample -o jsonl) <(wfctl show sample -o jsonl | jq -c .)
	diff <(wfctl export sample) <(wfctl export sample | jq --indent 2 .)
	jq -e '.steps | length > 1' <(wfctl show sample -o json)
}

@test "instances are steps whose instance is their key" {
	sample
	expect 0 wfctl show sample -o json
	same "a b" "$(jq -r '[.steps[] | select(.id == "each" and .instance != null)
		| .instance] | join(" ")' <<<"$output")"
	expect 0 wfctl show sample 'each[a]' -o json
	same a "$(jq -r .instance <<<"$output")"
}

@test "a group shows its items' outputs as lists, where items have theirs" {
	flow f <<'END'
steps:
  - id: each
    foreach: [1, 2, 3]
    env: { N: "${{ item }}" }
    outputs: { twice: int }
    run: test "$N" != 2 && echo "twice=$((N * 2))" >>"$WFCTL_OUTPUT"
    on_failure: ignore
  - { id: none, foreach: "[]", outputs: { x: int }, run: "true" }
  - { id: call, foreach: [a, b], workflow: child.yaml }
END
	flow child <<'END'
outputs: { state: "${{ steps.s.state }}" }
steps: [{ id: s, run: "true" }]
END
	expect 4 wfctl run f.yaml --progress quiet
	expect 0 wfctl show f each -o json
	same '{"twice":[2,6]}' "$(jq -c .outputs <<<"$output")"
	expect 0 wfctl show f -o json
	same '{"twice":2} {} {"twice":6} {"x":[]} {"state":"succeeded"} {"state":"succeeded"}' \
		"$(jq -r '[.steps[] | select(.id | contains("/") | not) | .outputs | tojson] | join(" ")' <<<"$output")"
	expect 0 wfctl show f call -o json
	same '{"state":["succeeded","succeeded"]}' "$(jq -c .outputs <<<"$output")"
	expect 0 wfctl show f each
	has '{"twice":[2,6]}'
}

@test "a table for people, with what to do next after a failure" {
	flow bad <<'END'
steps:
  - id: bad
    run: exit 3
END
	run wfctl run bad.yaml
	expect 0 wfctl show bad
	has 'state     failed'
	has 'exit 3'
	has 'wfctl retry'
	same 0 "$(grep -c $'\e' <<<"$output")"
	expect 0 wfctl show bad --color always
	has $'\e[1;31mfailed'
}

@test "lists are filtered, limited, and printed in four ways" {
	sample
	flow bad <<'END'
steps: [{ id: bad, run: exit 3 }]
END
	run wfctl run bad.yaml
	same 2 "$(wfctl ls -q | wc -l)"
	same bad "$(wfctl ls -n 1 -o json | jq -r '.[0].flow')"
	same sample "$(wfctl ls --flow sample -o json | jq -r '.[].flow')"
	same bad "$(wfctl ls --state failed -o jsonl | jq -r .flow)"
	same "" "$(wfctl ls --state queued,paused -q)"
	same "" "$(wfctl ls --since 2100-01-01 -q)"
	same 2 "$(wfctl ls --since 1h -q | wc -l)"
	same id,flow,name,state,steps,created,took "$(wfctl ls -o csv | head -n 1)"
	same null "$(wfctl ls -o json | jq -r '.[0].steps')"
	# What failed is not done.
	same 0/1 "$(wfctl ls --flow bad -o csv | tail -n 1 | cut -d, -f5)"
	expect 2 wfctl ls --state faled
	err_has 'did you mean "failed"?'
	expect 0 wfctl ls --state "$WFCTL_STATE" -q
	same 2 "$(wc -l <<<"$output")"
}

@test "runs are found by id, prefix, name and @" {
	sample
	id=$(ask sample .id)
	same "$id" "$(ask "$id" .id)"
	same "$id" "$(ask "${id:0:6}" .id)"
	same "$id" "$(ask @latest .id)"
	expect 9 wfctl show @failed
	expect 2 wfctl show @nonsense
	err_has @latest
	run wfctl show ""
	[ "$status" -ne 0 ]
}

@test "logs are printed as they are" {
	flow bytes <<'END'
steps:
  - id: b
    run: printf 'a\033[31m\376\000z\nlast'
END
	wfctl run bytes.yaml --progress quiet
	wfctl logs bytes b >got
	printf 'a\033[31m\376\000z\nlast' | cmp - got
}

@test "logs: a title each, the tail, one attempt" {
	sample
	expect 0 wfctl logs sample
	has '==> greet (try 1) <=='
	has 'hello, world'
	has '==> each[a] (try 1) <=='
	expect 0 wfctl logs sample each
	has '==> each[a] (try 1) <=='
	has '==> each[b] (try 1) <=='
	[[ $output != *hello* ]]
	flow many <<'END'
steps:
  - id: m
    run: seq 1 100; test "$WFCTL_ATTEMPT" = 2
    retry: { limit: 1, delay: 1ms }
END
	wfctl run many.yaml --progress quiet
	same "99 100" "$(wfctl logs many m --attempt 1 --tail 2 | xargs)"
	same 100 "$(wfctl logs many m --attempt 2 | wc -l)"
	same "" "$(wfctl logs many m --attempt 2 --tail 0)"
	expect 2 wfctl logs many m --tail x
	expect 2 wfctl logs many m --attempt 0
}

@test "logs of an attempt that was never made: no such thing, in words" {
	sample
	for follow in "" -f; do
		expect 9 wfctl logs sample greet --attempt 99 $follow
		err_has 'step "greet" has no attempt 99; '
	done
	expect 9 wfctl logs sample --attempt 2
	err_has 'run "sample" has no attempt 2'
	expect 0 wfctl logs sample greet --attempt 1 --since 2100-01-01
}

@test "logs -f and events -f end when the run has settled" {
	flow slow <<END
steps:
  - id: s
    run: |
      echo begun
      until [ -e $PWD/go ]; do sleep 0.02; done
      echo ended
END
	wfctl run slow.yaml -d
	wfctl logs slow s -f >log &
	logs=$!
	wfctl events slow -f -o jsonl >events &
	events=$!
	wait_for grep -q begun log
	touch go
	wait $logs
	wait $events
	same "begun ended" "$(xargs <log)"
	same run_state "$(jq -r 'select(.data.to == "succeeded" and .step == null) | .kind' events)"
}

@test "events rise, and decisions have reasons" {
	sample
	expect 0 wfctl events sample -o jsonl
	same true "$(jq -s '[.[].seq] | . == (sort | unique)' <<<"$output")"
	same true "$(jq -s 'all(has("seq", "time", "run", "step", "kind", "actor",
		"what", "because", "data"))' <<<"$output")"
	first=$(jq -s '.[0].seq' <<<"$output")
	same "$((first + 1))" "$(wfctl events sample --after "$first" -o jsonl |
		head -n 1 | jq .seq)"
}

@test "an export holds the run and its events; a trace has a slice a try" {
	sample
	expect 0 wfctl export sample
	same true "$(jq '(.events | length > 5) and (.steps | length > 1)' <<<"$output")"
	expect 0 wfctl export sample --format trace
	same true "$(jq '[.traceEvents[] | select(.ph == "X" and .cat == "do")]
		| length == 3' <<<"$output")"
}

@test "statistics count flows and steps" {
	sample
	sample
	expect 0 wfctl stats -o json
	same 2 "$(jq '.[0].good' <<<"$output")"
	expect 0 wfctl stats --flow sample -o json
	same 2 "$(jq '.[] | select(.step == "greet") | .runs' <<<"$output")"
	expect 0 wfctl metrics
	has 'wfctl_runs{flow="sample",state="succeeded"} 2'
	wfctl metrics --textfile m.prom
	grep -q '^# TYPE wfctl_runs gauge' m.prom
	expect 0 wfctl metrics --textfile never.prom -n
	has 'bytes would be written to never.prom'
	[ ! -e never.prom ]
	# A link and a device stay what they are.
	mkfifo pipe
	ln -s m.prom link
	>m.prom
	wfctl metrics --textfile link
	[ -L link ]
	grep -q '^# TYPE wfctl_runs gauge' m.prom
	cat pipe >read &
	wfctl metrics --textfile pipe
	wait $!
	[ -p pipe ]
	cmp read m.prom
}

@test "graphs of flows and runs in every language" {
	sample
	expect 0 wfctl graph sample.yaml
	has greet
	expect 0 wfctl graph sample.yaml --format dot
	has '"greet" -> "each"'
	expect 0 wfctl graph sample.yaml --format mermaid
	has 'n0 --> n1'
	expect 0 wfctl graph sample --format svg
	has '</svg>'
	has 'class="good"'
	expect 0 wfctl graph sample -o json
	same greet "$(jq -r '.edges[0].from' <<<"$output")"
}

@test "a plan goes wave by wave however the steps stand in the file" {
	flow back <<'END'
steps:
  - { id: d, needs: [b, c] }
  - { id: c, needs: [b] }
  - { id: alone }
  - { id: b, needs: [a] }
  - { id: e, needs: [a, d] }
  - { id: a }
END
	expect 0 wfctl plan back.yaml -o json
	same "1 alone, 1 a, 2 b, 3 c, 4 d, 5 e" \
		"$(jq -r '[.[] | "\(.wave) \(.step)"] | join(", ")' <<<"$output")"
}

@test "a plan of a flow is in waves, of a run what resume would do" {
	sample
	expect 0 wfctl plan sample.yaml -o json
	same "1 2" "$(jq -r '[.[].wave] | join(" ")' <<<"$output")"
	expect 0 wfctl plan sample.yaml --from each -o json
	same skip "$(jq -r '.[0].what' <<<"$output")"
	expect 9 wfctl plan sample.yaml --from nothing
	expect 0 wfctl plan sample -o json
	same keep "$(jq -r '.[0].what' <<<"$output")"
	flow bad <<'END'
steps:
  - { id: bad, run: exit 3 }
  - { id: after, needs: [bad], run: "true" }
END
	run wfctl run bad.yaml
	expect 0 wfctl plan bad
	has 'it failed (exit 3)'
	has 'after bad'
}

@test "runs, steps and params are completed from what is there" {
	sample
	id=$(ask sample .id)
	same "$id" "$(wfctl complete -- show "${id:0:3}" | cut -f1)"
	same greet "$(wfctl complete -- logs sample gr | cut -f1)"
	same who= "$(wfctl complete -- run sample.yaml -p w | cut -f1)"
	same @latest "$(wfctl complete -- show @l | cut -f1)"
	expect 0 wfctl complete -- run ''
	has ':flows'
}

@test "prune deletes what has ended, after being told so" {
	sample
	sample
	expect 2 wfctl prune
	err_has '--older'
	expect 2 wfctl prune --keep 1
	err_has '-y'
	same 2 "$(wfctl ls -q | wc -l)"
	expect 0 wfctl prune --keep 1 -n
	same 2 "$(wfctl ls -q | wc -l)"
	kept=$(ask sample .id)
	expect 0 wfctl prune --keep 1 -y
	same "$kept" "$(wfctl ls -q)"
	same "$kept" "$(ls "$WFCTL_STATE/runs")"
	expect 0 wfctl prune --older 30d -y
	same "$kept" "$(wfctl ls -q)"
}

@test "a backup is a store that can be opened" {
	sample
	mkdir -m 700 copy
	expect 0 wfctl backup copy/store.db
	expect 0 wfctl --state copy ls -q
	same "$(wfctl ls -q)" "$output"
	expect 10 wfctl backup nowhere/at/all.db
	mkfifo pipe
	expect 10 wfctl backup pipe
	err_has 'pipe: the backup cannot be written (it is no regular file)'
	[ -p pipe ]
}

@test "logs that are not in the backup are said to be gone" {
	sample
	mkdir -m 700 copy
	wfctl backup copy/store.db
	expect 9 wfctl --state copy logs sample greet
	err_has "copy/runs/$(ask sample .id)/logs: the logs of run"
	err_has "wfctl events"
}

@test "the doctor finds nothing, then an open door" {
	expect 0 wfctl doctor
	sample
	expect 0 wfctl doctor
	expect 0 wfctl doctor -q
	same "" "$output"
	chmod 755 "$WFCTL_STATE"
	expect 10 wfctl doctor -q
	has 'chmod 700'
}

@test "the manual names every key of the JSON that commands print" {
	sample
	command -v mandoc >/dev/null || skip "no mandoc"
	while read -r page words; do
		expect 0 wfctl $words -o json
		mandoc -T utf8 "$BATS_TEST_DIRNAME/../../man/$page" 2>/dev/null | col -b >page
		for key in $(jq -r '.. | objects | keys[]' <<<"$output" | sort -u); do
			grep -qw -- "$key" page || { echo "$page: no $key"; return 1; }
		done
	done <<-END
		wfctl-plan.1.in plan sample.yaml
		wfctl-plan.1.in plan sample
		wfctl-plan.1.in plan sample --flow sample.yaml
		wfctl-validate.1.in validate sample.yaml
		wfctl-doctor.1.in doctor
		wfctl-new.1.in new --list
		wfctl-rollback.1.in rollback sample -n
		wfctl-stats.1.in stats
		wfctl-stats.1.in stats --flow sample
		wfctl-graph.1.in graph sample
		wfctl-version.1.in version
		wfctl-events.1.in events sample --decisions
		wfctl.1.in retry sample greet -n
		wfctl.1.in note sample -m x -n
		wfctl.1.in note sample -m x
	END
}

@test "lengths of time are seconds in CSV" {
	sample
	for words in "ls" "show sample" "show sample greet"; do
		expect 0 wfctl $words -o csv
		[[ ${lines[1]} =~ ,[0-9]+\.[0-9]{3}(,|$) ]]
	done
}

@test "show prints the latest decisions, with -v all of them" {
	flow f <<<'steps: [{ id: a, run: "false", retry: { limit: 24, delay: 1ms } }]'
	expect 1 wfctl run f.yaml --progress quiet
	expect 0 wfctl show f
	has 'earlier ones: -v shows them'
	[[ $output != *'retry 2/25'* ]]
	expect 0 wfctl show f -v
	has 'retry 2/25'
	expect 0 wfctl show f -q
	[[ $output != *'retry 2/25'* ]]
}

@test "a store that became empty is no store without runs" {
	sample
	truncate -s 0 "$WFCTL_STATE/store.db"
	rm -f "$WFCTL_STATE"/store.db-*
	expect 10 wfctl ls
	err_has 'store.db is empty, but there are runs'
	expect 10 wfctl run sample.yaml
	expect 10 wfctl doctor
}

@test "ls shows the newest fifty as a table, and all of them to a script" {
	"$BUILD/tests/fill_store" "$WFCTL_STATE" 60
	expect 0 wfctl ls
	same 51 "${#lines[@]}"
	err_has 'newest 50'
	expect 0 wfctl ls -n 55
	same 56 "${#lines[@]}"
	expect 0 wfctl ls -q
	same 60 "${#lines[@]}"
	expect 0 wfctl ls -o csv
	same 61 "${#lines[@]}"
}

@test "a plan of a run from a step is what rerun --from would do" {
	flow f <<'E'
order: chain
steps:
  - { id: a, run: "true" }
  - { id: b, run: "true" }
  - { id: c, run: "true" }
E
	expect 0 wfctl run f.yaml
	expect 0 wfctl plan @latest --from b -o json
	same "reuse run run" "$(jq -r '[.[].what] | join(" ")' <<<"$output")"
	expect 0 wfctl rerun @latest --from b
	same "reused succeeded succeeded" \
		"$(ask @latest '[.steps[].state] | join(" ")')"
	expect 9 wfctl plan @latest --from nothing
}

@test "a failed step and its decisions are told without saying a thing twice" {
	flow flaky <<'END'
steps:
  - id: try
    run: exit 3
    retry: { limit: 1, delay: 10ms }
END
	expect 1 wfctl run flaky.yaml --progress quiet
	expect 0 wfctl show flaky
	[[ $output == *"  exit 3; tries used up (2 of 2)"* ]]
	[[ $output == *" try: retry 2/2 in 10ms, because exit 3 "* ]]
	[[ $output == *" try: no_retry failed, because "* ]]
}

@test "stats csv FILE writes the figures, and says so" {
	flow f <<-'END'
		steps:
		  - { id: a, run: "true" }
	END
	expect 0 wfctl run f.yaml
	expect 0 wfctl stats csv out.csv
	err_has 'the figures were written to out.csv'
	same "$(wfctl stats -o csv)" "$(cat out.csv)"
	expect 0 wfctl stats --flow f csv steps.csv
	grep -q '^a,1,1,0,' steps.csv
	expect 2 wfctl stats csv
	expect 2 wfctl stats table out.csv
	expect 2 wfctl stats csv nowhere/out.csv
}
