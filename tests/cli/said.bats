# What a followed run says while it goes on, and what comes next at its end.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

troubled() {
	flow f <<'END'
on_failure: rollback
steps:
  - { id: a, run: "true", undo: "true" }
  - { id: b, needs: [a], run: "exit 3",
      retry: { limit: 2, delay: 1ms, backoff: exponential, jitter: 0, only: [3] } }
END
}

@test "a retry says by which rule, in one word, and how long it waits" {
	troubled
	expect 6 wfctl run f.yaml --progress plain
	has 'b retry 2/3 in=0.0s rule=exit:3 backoff=exp'
	has 'b FAILED exit=3 tries=3/3'
	expect 0 wfctl events f --decisions
	has 'no rollback while tries are left'
}

@test "a rollback says where to, how many steps, and why" {
	troubled
	expect 6 wfctl run f.yaml --progress plain
	[[ $output =~ 'rollback start plan='[0-9a-f]{8}' steps=1 cause=b target=start because' ]]
	has 'because b failed (exit), on_failure: rollback'
	has 'a undo ok'
}

@test "the plan of a rollback by hand is the one that was shown" {
	flow f <<-'END'
		steps:
		  - { id: a, run: "true", undo: "true" }
		  - { id: b, needs: [a], run: "true" }
		  - { id: c, needs: [b], run: "false" }
		  - { id: d, needs: [c], run: "true" }
	END
	expect 1 wfctl run f.yaml
	expect 0 wfctl rollback f -n -o json
	plan=$(jq -r .number <<<"$output")
	expect 6 wfctl rollback f -y --progress plain
	has "rollback start plan=$plan steps=1 cause=request target=start because"
	expect 0 wfctl events f --decisions -o jsonl
	same '["a"] ["b"] ["d"]' \
		"$(jq -rc 'select(.data.number) | .data | "\(.steps) \(.keep) \(.never)"' <<<"$output")"
}

@test "a run that failed or was rolled back says what comes next" {
	troubled
	expect 6 wfctl run f.yaml --progress plain
	expect 0 wfctl show f
	has 'wfctl resume'
	sed -i /on_failure/d f.yaml
	expect 1 wfctl run f.yaml --progress plain
	run=$(wfctl ls -n 1 -o json | jq -r '.[0].id')
	expect 0 wfctl show f
	for next in logs retry skip rollback tui; do
		has "  wfctl $next $run"
	done
}
