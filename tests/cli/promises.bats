# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the manual says about trouble, from outside: deadlines and people,
# what is irreversible, reasons, and how records name steps.

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

# --- the deadline

@test "the deadline comes also while people are waited for" {
	flow f <<'END'
deadline: 300ms
steps: [{ id: ok, approval: { prompt: "Well?" } }]
END
	run wfctl run f.yaml --progress quiet
	wait_for is failed f
	same deadline "$(ask f .cause)"
	same cancelled "$(state f ok)"
}

@test "the deadline takes the question from who was asked" {
	flow f <<'END'
deadline: 300ms
steps: [{ id: bad, run: "false", on_failure: ask }]
END
	run wfctl run f.yaml --progress quiet
	wait_for is failed f
	same deadline "$(ask f .cause)"
}

# --- what is irreversible

# Three steps; the second is irreversible, the third fails.
point_of_no_return() {
	flow f <<END
on_failure: $1
order: chain
steps:
  - { id: a, run: "true", undo: touch undone-a }
  - { id: sent, run: "true", irreversible: true, savepoint: ${2:-after} }
  - { id: c, run: "false", undo: touch undone-c }
END
}

@test "a policy does not roll back past what is irreversible" {
	point_of_no_return '{ rollback: start }'
	expect 1 wfctl run f.yaml --progress quiet
	[ ! -e undone-a ] && [ ! -e undone-c ]
	same "no rollback" "$(ask f '.decisions[-1].what')"
	same "sent is irreversible: nothing is rolled back" \
		"$(ask f '.decisions[-1].because')"
	id=$(ask f .id)
	expect 6 wfctl rollback f --force "$id" -y --progress quiet
	[ -e undone-a ] && [ -e undone-c ]
}

@test "a policy rolls back to a savepoint behind what is irreversible" {
	point_of_no_return rollback
	expect 6 wfctl run f.yaml --progress quiet
	[ ! -e undone-a ] && [ -e undone-c ]
}

@test "send-back stops before what is irreversible" {
	flow f <<'END'
order: chain
steps:
  - { id: a, run: "true", undo: touch undone }
  - { id: sent, run: "true", irreversible: true }
  - { id: ok, approval: { send_back: [a] } }
END
	expect 5 wfctl run f.yaml --progress quiet
	expect 9 wfctl send-back f ok -m again
	err_has irreversible
	[ ! -e undone ]
}

@test "a child flow is irreversible with all that is in it" {
	flow child <<'END'
steps: [{ id: x, run: "true", undo: touch undone-x }]
END
	flow f <<'END'
order: chain
steps:
  - { id: a, run: "true", undo: touch undone-a }
  - { id: sent, workflow: child.yaml, irreversible: true }
END
	expect 0 wfctl run f.yaml --progress quiet
	expect 9 wfctl rollback f -y
	err_has irreversible
	expect 6 wfctl rollback f --force "$(ask f .id)" -y --progress quiet
	[ -e undone-a ] && [ ! -e undone-x ]
}

@test "the undo of what is irreversible is never run, and that is told" {
	flow f <<'END'
steps: [{ id: a, run: "true", undo: touch undone, irreversible: true, timeout: 1m }]
END
	expect 0 wfctl lint f.yaml
	err_has irreversible-undo
	expect 0 wfctl run f.yaml --progress quiet
	expect 6 wfctl rollback f --force "$(ask f .id)" -y --progress quiet
	[ ! -e undone ]
}

@test "a target that was never reached is refused, with -n too" {
	flow f <<'END'
order: chain
steps:
  - { id: a, run: "true", undo: "true" }
  - { id: bad, run: "false", savepoint: two }
  - { id: c, run: "true" }
END
	expect 1 wfctl run f.yaml --progress quiet
	for dry in -y -n; do
		expect 9 wfctl rollback f --to two $dry
		err_has 'the savepoint "two" has not been reached; name start'
		expect 9 wfctl rollback f --to c $dry
		err_has 'step "c" never ran'
		expect 9 wfctl rollback f --to none $dry
		err_has 'no savepoint and no step "none"'
	done
}

@test "what was undone alone in a foreach or child flow runs again" {
	flow child <<'END'
steps:
  - { id: x, run: echo x >>ran, undo: "true" }
  - { id: y, needs: [x], run: echo y >>ran }
END
	flow f <<'END'
order: chain
max_parallel: 1
steps:
  - { id: one, workflow: child.yaml }
  - { id: each, foreach: [1, 2], env: { I: "${{ item }}" }, run: 'echo "$I" >>ran', undo: "true" }
  - { id: flows, foreach: [1, 2], workflow: child.yaml }
  - { id: last, run: echo last >>ran }
END
	expect 0 wfctl run f.yaml --progress quiet
	for step in one/x 'each[2]' 'flows[1]/x'; do
		rm ran
		expect 6 wfctl rollback f --step "$step" -y --progress quiet
		expect 0 wfctl resume f --progress quiet
		case $step in each*) same 2 "$(cat ran)" ;; *) same x "$(cat ran)" ;; esac
	done
}

# --- people

@test "send-back needs no --to when there is one way only" {
	flow f <<'END'
order: chain
steps:
  - { id: a, run: echo x >>ran }
  - { id: ok, approval: { send_back: [a] } }
END
	expect 5 wfctl run f.yaml --progress quiet
	expect 0 wfctl send-back f ok -m again
	wait_for is waiting f
	same 2 "$(wc -l <ran)"
}

@test "a match reads what a signal carries" {
	flow f <<'END'
max_parallel: 4
steps:
  - { id: long, wait: { signal: s, match: 'signal.data.env == "prod"' } }
  - { id: short, wait: { signal: s, match: 'signal.env == "prod" && signal.name == "s"' } }
END
	expect 5 wfctl run f.yaml --progress quiet
	expect 0 wfctl signal f s env=test
	expect 0 wfctl signal f s env=prod
	wait_for is succeeded f
}

# --- reasons

@test "an undo is told why" {
	flow f <<'END'
steps:
  - { id: a, run: "true", undo: 'echo "$WFCTL_REASON" >>why' }
  - { id: b, needs: [a], run: exit 3, on_failure: rollback }
END
	expect 6 wfctl run f.yaml --progress quiet
	same "b failed (exit), on_failure: rollback" "$(cat why)"
	rm why
	sed -i 's/exit 3/"true"/' f.yaml
	expect 0 wfctl run f.yaml --progress quiet
	expect 6 wfctl rollback f -y -m "wrong day" --progress quiet
	same "wrong day" "$(cat why)"
}

@test "a success after a retry gives no reason for a failure" {
	flow f <<'END'
steps: [{ id: a, retry: 2, run: '[ "$WFCTL_ATTEMPT" = 2 ]' }]
END
	expect 0 wfctl run f.yaml --progress quiet
	same null "$(ask f '.steps[0].reason')"
}

@test "what is left out says why" {
	flow f <<'END'
steps:
  - { id: a, run: "true" }
  - { id: each, needs: [a], foreach: [1, 2], if: item > 1, run: "true" }
END
	expect 0 wfctl run f.yaml --progress quiet
	same "condition is false: item > 1" "$(ask f '.steps[1].reason')"
	expect 0 wfctl run f.yaml --progress quiet --only a
	same "not among the steps given with --only" \
		"$(ask f '.steps[1].reason')"
	expect 0 wfctl run f.yaml --progress quiet --from each
	same "not after the step given with --from" \
		"$(ask f '.steps[0].reason')"
}

@test "what could not run is blocked by what failed" {
	flow f <<'END'
on_failure: ask
steps:
  - { id: a, run: "false" }
  - { id: b, needs: [a], run: "true" }
END
	expect 5 wfctl run f.yaml --progress quiet
	expect 0 wfctl show f
	has "blocked by a"
	expect 0 wfctl cancel f
	wait_for is cancelled f
	expect 0 wfctl show f
	has "not run; blocked by a"
}

# --- expressions about oneself

@test "a step reads its own new outputs by its id, too" {
	flow f <<'END'
steps:
  - id: a
    outputs: { n: int }
    run: echo "n=$WFCTL_ATTEMPT" >>"$WFCTL_OUTPUT"
    ensure: [steps.a.outputs.n > 0, outputs.n > 0]
    repeat: { until: steps.a.outputs.n >= 2, limit: 3 }
  - id: each
    foreach: [1, 2]
    outputs: { n: int }
    env: { I: "${{ item }}" }
    run: echo "n=$I" >>"$WFCTL_OUTPUT"
    ensure: [steps.each.outputs.n == item]
END
	expect 0 wfctl run f.yaml --progress quiet
	same 2 "$(ask f '.steps[0].outputs.n')"
}

# --- records

@test "the steps of child flows are named as commands name them" {
	flow child <<'END'
params: { n: 0 }
steps:
  - { id: a, run: "true" }
  - { id: many, needs: [a], foreach: [x, y], run: "true" }
END
	flow f <<'END'
steps:
  - { id: one, workflow: child.yaml }
  - { id: each, foreach: [1, 2], workflow: child.yaml, with: { n: "${{ item }}" } }
END
	expect 0 wfctl run f.yaml --progress quiet
	same 'one null one/a null one/many x one/many y each 1 each[1]/a null each[1]/many x each[1]/many y each 2 each[2]/a null each[2]/many x each[2]/many y' \
		"$(ask f '[.steps[] | "\(.id) \(.instance)"] | join(" ")')"
	expect 0 wfctl show f 'each[2]/many[x]' -o json
}

@test "an invalid flow is one error object; what cannot be read is no list" {
	printf 'version: 1\nsteps: [{ id: a, runn: x }]\n' >bad.yaml
	expect 3 wfctl validate bad.yaml -o json
	same 'false runn' "$(jq -r '.[0] | "\(.valid) \(.findings[0].message | match("runn").string)"' <<<"$output")"
	same 'invalid 2 18' "$(jq -r '.error | "\(.code) \(.line) \(.column)"' <<<"$stderr")"
	expect 2 wfctl validate none.yaml -o json
	same "" "$output"
	same usage "$(jq -r .error.code <<<"$stderr")"
}

# --- following

@test "a run whose timeout decides at once is followed to its end" {
	flow f <<'END'
steps: [{ id: ok, approval: { timeout: 200ms, default: approve } }]
END
	expect 0 wfctl run f.yaml --progress quiet
	flow g <<'END'
on_failure: { ask: { timeout: 200ms, default: rollback } }
steps: [{ id: bad, run: "false" }]
END
	expect 6 wfctl run g.yaml --progress quiet
	sed -i 's/200ms/1h/' f.yaml
	expect 5 wfctl run f.yaml --progress quiet
}
