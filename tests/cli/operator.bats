# The operator: what works, and what is refused with a reason.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

# refused COMMAND...: status 9, a reason, and something to try.
refused() {
	expect 9 wfctl "$@"
	[[ $stderr == *\;* ]] || {
		echo "no advice in: $stderr"
		return 1
	}
}

@test "nonsense about a run that succeeded" {
	flow f <<'END'
steps:
  - { id: a, run: "true" }
END
	expect 0 wfctl run f.yaml
	refused retry f
	refused skip f a -m why
	refused cancel f
	refused cancel f a
	refused pause f
	refused pause f a
	refused continue f
	refused approve f a
	refused reject f a
	refused send-back f a --to a
	refused assign f a root
	refused signal f go
	refused retry f nothing
	refused rollback f --to nothing -y
	refused rollback f --step nothing -y
	expect 2 wfctl mark f a splendid -m why
	expect 0 wfctl resume f
}

@test "a loop whose rounds were spent has them again when it is retried" {
	flow f <<'END'
steps:
  - id: loop
    outputs: { n: int }
    run: echo x >>trace; echo "n=$(wc -l <trace)" >>$WFCTL_OUTPUT
    repeat: { until: outputs.n >= 5, limit: 3 }
END
	expect 1 wfctl run f.yaml
	expect 0 wfctl retry f
	same 5 "$(wc -l <trace)"
}

@test "a step that was to run again is undone all the same" {
	flow f <<'END'
order: chain
steps:
  - { id: a, run: "true", undo: echo a >>trace }
  - { id: b, run: "true", undo: echo b >>trace }
  - { id: c, run: "false" }
END
	sed -i 's/id: a, run: "true"/id: a, run: "[ ! -e bad ]"/' f.yaml
	expect 1 wfctl run f.yaml
	touch bad
	expect 1 wfctl retry f a --downstream
	same pending "$(state f b)"
	expect 6 wfctl rollback f -y
	same "a b" "$(sort trace | tr '\n' ' ' | sed 's/ $//')"
	# and only once
	rm -f trace bad
	expect 6 wfctl rollback f -y || true
	[ ! -e trace ]
}

@test "rollback --step of a running run is refused, and says how else" {
	flow f <<'END'
max_parallel: 2
steps:
  - { id: a, run: "true", undo: touch undone }
  - { id: b, run: "touch there; sleep 60" }
END
	id=$(wfctl run f.yaml -d)
	wait_for test -e there
	wait_for is succeeded "$id" a
	refused rollback "$id" --step a -y
	same running "$(state "$id" b)"
	expect 6 wfctl rollback "$id" -y
	[ -e undone ]
}

@test "a plan that another operator has overtaken is refused" {
	flow f <<'E'
order: chain
steps:
  - { id: a, run: "true", undo: echo a >>trace }
  - { id: b, run: "true", undo: echo b >>trace }
E
	expect 0 wfctl run f.yaml
	number=$(wfctl rollback @latest -n -o json | jq -r .number)
	expect 6 wfctl rollback @latest --step b -y -m "somebody else"
	refused rollback @latest -y --plan "$number"
	same b "$(cat trace)"
}

@test "two operators ask at once, and both are answered" {
	flow f <<'E'
steps:
  - { id: a, run: "true", undo: echo a >>trace }
E
	expect 0 wfctl run f.yaml
	for n in 1 2 3 4; do
		wfctl rollback @latest -y -d >out.$n 2>&1 3>&- &
		pids+=" $!"
	done
	wait $pids || :
	wait_for is rolled_back @latest
	same a "$(cat trace)"
}

@test "a note stands in the history, with who wrote it, and changes nothing" {
	flow f <<<'steps: [{ id: a, run: "exit 3" }]'
	expect 1 wfctl run f.yaml --progress quiet
	expect 2 wfctl note f
	expect 9 wfctl note f b -m x
	expect 0 wfctl note f -n -m "not this one"
	expect 0 wfctl note f -m "staging is down, ops-118"
	expect 0 wfctl note f a -m "its fault"
	expect 0 wfctl events f --decisions -o jsonl
	same "$(id -un) null staging is down, ops-118
$(id -un) a its fault" "$(jq -r 'select(.kind == "note") |
		"\(.actor) \(.step) \(.what)"' <<<"$output")"
	expect 0 wfctl show f -o json
	same failed "$(jq -r .state <<<"$output")"
}

@test "a note does not go on with a run whose engine has died; it is kept" {
	flow f <<<'steps: [{ id: a, run: "sleep 1000" }]'
	run=$(wfctl run f.yaml -d)
	wait_for is running "$run" a
	kill -KILL "$(ask "$run" .engine.pid)"
	wait_for is interrupted "$run"
	same "$run" "$(wfctl ls -q --state failed,interrupted)"
	same "" "$(wfctl ls -q --state running)"
	expect 0 wfctl note "$run" -m "the machine went down"
	is interrupted "$run"
	expect 0 wfctl cancel "$run" --now
	wait_for is cancelled "$run"
	same 1 "$(wfctl events "$run" -o jsonl | jq -s 'map(select(.kind == "note")) | length')"
}

@test "the operator says what follows when an undo fails" {
	flow f <<'END'
rollback: { on_undo_failure: continue }
steps:
  - { id: a, run: "true", undo: "true" }
  - { id: b, needs: [a], run: "true", undo: "exit 1" }
END
	expect 0 wfctl run f.yaml --progress quiet
	expect 7 wfctl rollback f -y --on-undo-failure stop --progress quiet
	same "succeeded undo_failed" "$(state f a) $(state f b)"
	expect 0 wfctl run f.yaml --progress quiet
	expect 7 wfctl rollback f -y --progress quiet
	same "undone undo_failed" "$(state f a) $(state f b)"
}

@test "a retry of a rollback that failed is about the undo alone" {
	flow f <<'END'
steps:
  - { id: a, run: "true", undo: "test -e mended" }
  - { id: b, needs: [a], run: "exit 1" }
END
	expect 1 wfctl run f.yaml --progress quiet
	expect 7 wfctl rollback f -y --progress quiet
	expect 0 wfctl retry f -n -o json
	same '[["a","undo again"]]' "$(jq -c '.steps | map([.step, .what])' <<<"$output")"
	expect 9 wfctl mark f a failed -m x
	err_has 'mark it succeeded when it was undone by hand'
	expect 0 wfctl mark f a succeeded -m x -n -o json
	same undone "$(jq -r '.steps[0].what' <<<"$output")"
	touch mended
	expect 6 wfctl retry f --progress quiet
	same "undone failed" "$(state f a) $(state f b)"
}

@test "a rollback agreed to beforehand takes a busy run as it is by then" {
	{
		echo "order: chain"
		echo "steps:"
		for n in {1..60}; do
			echo "  - { id: s$n, run: 'true', undo: 'echo $n >>undone' }"
		done
	} | flow f
	run=$(wfctl run f.yaml -d)
	wait_for is succeeded "$run" s1
	expect 6 wfctl rollback "$run" -y --progress quiet
	same 1 "$(tail -1 undone)"
}

@test "what was undone can be passed over before the run goes on" {
	flow f <<'END'
steps:
  - { id: a, run: "touch ran", undo: "rm ran" }
  - { id: b, needs: [a], run: "true" }
END
	expect 0 wfctl run f.yaml --progress quiet
	expect 6 wfctl rollback f -y --progress quiet
	expect 0 wfctl skip f a -m "done elsewhere"
	expect 0 wfctl resume f --progress quiet
	same "skipped succeeded" "$(state f a) $(state f b)"
	[ ! -e ran ]
}

@test "while a run rolls back, a dry run tells what an operator would be told" {
	flow f <<END
steps:
  - { id: a, run: "true", undo: "until [ -e '$PWD/go' ]; do sleep 0.02; done" }
  - { id: b, needs: [a], run: "exit 1" }
END
	expect 1 wfctl run f.yaml --progress quiet
	expect 0 wfctl rollback f -y -d
	wait_for is undoing f a
	expect 9 wfctl retry f -n
	err_has 'is rolling back'
	expect 0 wfctl resume f -n -o json
	same '["go on","keep"]' "$(jq -c 'map(.what)' <<<"$output")"
	expect 9 wfctl continue f
	err_has 'it goes on by itself'
	touch go
	wait_for is rolled_back f
}

@test "a step marked failed holds up what needs it, also when it was skipped before" {
	flow f <<'END'
steps:
  - { id: a, run: "exit 1" }
  - { id: b, needs: [a], run: "touch ran" }
END
	expect 1 wfctl run f.yaml --progress quiet
	expect 0 wfctl mark f a skipped -m "not needed"
	wait_for is skipped f a
	expect 0 wfctl mark f a failed -m "needed after all"
	expect 1 wfctl resume f --progress quiet
	same 2 "$(ask f '.steps[0].attempts | length')"
	[ ! -e ran ]
}

@test "a new rollback tries again what could not be undone" {
	flow f <<'END'
steps:
  - { id: a, run: "true", undo: "echo a >>undone" }
  - { id: b, needs: [a], run: "true", undo: { run: "test -e mended && echo b >>undone", retry: 1 } }
END
	expect 0 wfctl run f.yaml --progress quiet
	expect 7 wfctl rollback f -y --progress quiet
	expect 7 wfctl rollback f -y --progress quiet
	same 4 "$(ask f '.steps[1].attempts | map(select(.phase == "undo")) | length')"
	touch mended
	expect 6 wfctl rollback f -y --progress quiet
	same "b a" "$(xargs <undone)"
	same "undone undone" "$(state f a) $(state f b)"
}

@test "a retry of a run in which nothing has failed for good cuts its waits short" {
	flow f <<-'END'
		steps:
		  - { id: a, run: "[ -e go ]", retry: { limit: 3, delay: 1h } }
		  - { id: b, run: "[ -e go ]", retry: { limit: 3, delay: 1h } }
	END
	wfctl run f.yaml -d
	wait_for is retry_wait f a
	wait_for is retry_wait f b
	touch go
	expect 0 wfctl retry f --progress quiet
	is succeeded f a
	is succeeded f b
}

@test "a retry for later leaves the timer alone" {
	flow f <<'END'
steps:
  - { id: a, run: '[ "${OK:-}" = yes ]', retry: { limit: 3, delay: 1h } }
END
	wfctl run f.yaml -d
	wait_for is retry_wait f a
	expect 9 wfctl retry f --later
	expect 0 wfctl retry f a --later --env OK=yes -d
	is retry_wait f a
	expect 0 wfctl retry f a --progress quiet
	expect 9 wfctl retry f a --later
}

@test "a child flow that is to run again does so when its failed undo is settled" {
	flow child <<-'EOF'
		on_failure: { rollback: start }
		steps:
		  - { id: s, run: "echo do >>trace; [ -e go ]", undo: "[ -e undoes ]" }
	EOF
	flow f <<<'steps: [{ id: c, workflow: child.yaml }]'
	expect 1 wfctl run f.yaml --progress quiet
	is undo_failed f c/s
	expect 5 wfctl retry f c --progress quiet
	is undo_failed f c/s
	touch go
	expect 0 wfctl mark f c/s succeeded -m "seen"
	wait_for is succeeded f
	is succeeded f c/s
	same "do do" "$(xargs <trace)"
	rm go trace
	expect 1 wfctl run f.yaml --progress quiet
	expect 5 wfctl retry f c --progress quiet
	touch go undoes
	expect 0 wfctl retry f c/s --progress quiet
	is succeeded f c/s
	same "do do" "$(xargs <trace)"
}

@test "a rollback that nobody asked for does not try again what failed for good" {
	flow child <<-'EOF'
		on_failure: { rollback: start }
		steps:
		  - { id: s, run: "exit 1", undo: "echo undo >>trace; [ -e undoes ]" }
	EOF
	flow f <<-'EOF'
		on_failure: { rollback: start }
		steps: [{ id: c, workflow: child.yaml }]
	EOF
	expect 7 wfctl run f.yaml --progress quiet
	same "undo" "$(xargs <trace)"
	touch undoes
	expect 6 wfctl rollback f -y --progress quiet
	same "undo undo" "$(xargs <trace)"
}
