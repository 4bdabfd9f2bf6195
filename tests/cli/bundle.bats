# Bundles: a run leaves one state directory and enters another.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

made() {
	flow made <<'END'
params: { who: world }
steps:
  - id: say
    env: { WHO: "${{ params.who }}" }
    run: printf 'hello\376 %s\n' "$WHO"; test "$WFCTL_ATTEMPT" = 2
    retry: { limit: 1, delay: 1ms }
  - id: each
    needs: [say]
    foreach: [a, b]
    run: "true"
END
	wfctl run made.yaml --progress quiet
	wfctl export made --format bundle >made.bundle
}

other() {
	WFCTL_STATE=$WFCTL_STATE.other wfctl "$@"
}

# The run as it was, but for what must differ.
essence() {
	jq -S 'del(.id, .revision, .steps[].attempts[].log)'
}

@test "a run is the same after it was taken in elsewhere" {
	made
	expect 0 other import made.bundle
	id=$output
	same "$(wfctl show made -o json | essence)" \
		"$(other show "$id" -o json | essence)"
	wfctl logs made say --attempt 2 >one
	other logs "$id" say --attempt 2 >two
	cmp one two
	same "$(wfctl events made -o jsonl | jq -c 'del(.run)')" \
		"$(other events "$id" -o jsonl | jq -c 'del(.run)')"
}

@test "taking it in twice gives two runs" {
	made
	[ "$(wfctl import made.bundle)" != "$(wfctl import made.bundle)" ]
	same 3 "$(wfctl ls -q | wc -l)"
	# In whatever form and order a program gives it back.
	jq -S . made.bundle | wfctl import -
	same "$(wfctl show "$(wfctl ls -q -n 1)" -o json | essence)" \
		"$(wfctl show "$(wfctl ls -q | tail -1)" -o json | essence)"
}

@test "what was taken in can be run again" {
	made
	id=$(other import - <made.bundle)
	expect 0 other rerun "$id"
	has 'succeeded'
}

@test "what hooks did is taken in, and the log that all their calls share" {
	flow hooked <<'END'
hooks: { exit: echo bye }
steps: [{ id: a, run: "true", undo: "true" }]
END
	wfctl run hooked.yaml --progress quiet
	wfctl rollback hooked --yes --progress quiet || true
	wfctl export hooked --format bundle >hooked.bundle
	same 2 "$(jq '[.attempts[] | select(.phase == "hook")] | length' hooked.bundle)"
	expect 0 other import hooked.bundle
	same "$(wfctl show hooked -o json | essence)" \
		"$(other show "$output" -o json | essence)"
	same "$(cat "$WFCTL_STATE"/runs/*/logs/hook-exit.log)" \
		"$(cat "$WFCTL_STATE.other"/runs/*/logs/hook-exit.log)"
}

@test "a run that goes on is exported, but not taken in" {
	flow asks <<'END'
steps: [{ id: asks, approval: { prompt: "Well?" } }]
END
	expect 5 wfctl run asks.yaml
	wfctl export asks --format bundle >asks.bundle
	expect 9 other import asks.bundle
	err_has 'had not ended'
}

@test "what is no bundle is refused, and nothing is kept of it" {
	made
	for bad in '' 'x' '{}' '[]' '{"wfctl_bundle": 1}' '{"wfctl_bundle": 2}' \
		'{"wfctl_bundle": 1, "definition": "x", "run": {}}'; do
		expect 2 other import - <<<"$bad"
	done
	for change in '.steps[0].state = "odd"' '.steps[0].ix = 7' \
		'.attempts[0].phase = 3' '.attempts[0].ix = 99' \
		'.attempts[0].log = "logs/../../x"' \
		'.attempts[0].log = "/etc/passwd"' \
		'.events[0].kind = "odd"' '.events[1].seq = 1' \
		'.events[0].ix = 99' '.run.state = "odd"' \
		'.logs["../evil"] = "eA=="' '.logs["logs/x"] = "?"' \
		'.definition = "{}"' 'del(.run)'; do
		jq -c "$change" made.bundle >bad.bundle
		expect 2 other import bad.bundle
		err_has 'bad.bundle: this is no bundle of wfctl'
	done
	same "" "$(other ls -q)"
	same "" "$(find "$WFCTL_STATE.other" -name '*evil*')"
	same 0 "$(find "$WFCTL_STATE.other/runs" -mindepth 1 | wc -l)"
}

@test "a bundle cut anywhere is refused" {
	made
	# Without its last newline it is whole.
	size=$(($(stat -c %s made.bundle) - 1))
	expect 2 other import - <<<"$(cat made.bundle)]"
	for ((n = 0; n < size; n += size / 12)); do
		head -c $n made.bundle >cut
		expect 2 other import cut
	done
	err_has 'it was cut short'
}
