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
}

@test "a rollback says where to, how many steps, and why" {
	troubled
	expect 6 wfctl run f.yaml --progress plain
	has 'rollback start target=start steps=1 because b failed (exit), on_failure: rollback'
	has 'a undo ok'
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
