# The dashboard as lines of text and questions, without a screen.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
}

teardown() {
	stop_all
}

gated() {
	flow gated <<-'END'
		steps:
		  - id: ask
		    approval:
		      prompt: Shall it ship?
		      form: { percent: { type: int, required: true, max: 100 } }
	END
	wfctl run gated.yaml --progress quiet || [ $? = 5 ]
}

@test "a run is opened by its number, its question asked, answered and told" {
	gated
	seen=$(printf '%s\n' 1 'answer 1' 250 fine 2 25 '' 2 quit |
		wfctl tui --accessible)
	grep -q '^1. WAIT .* gated, 0 of 1 done' <<<"$seen"
	grep -q 'Shall it ship?' <<<"$seen"
	grep -q 'at most 100' <<<"$seen"
	grep -q '^approved' <<<"$seen"
	[[ $seen != *$'\e'* ]]
	same succeeded "$(wfctl show @latest -o json | jq -r .state)"
}

@test "verbs with arguments are carried out, unknown ones refused" {
	gated
	seen=$(printf '%s\n' 'approve ask -f percent=5' walk quit |
		wfctl tui --accessible @latest)
	grep -q 'approve ask accepted' <<<"$seen"
	grep -q '"walk" is no command' <<<"$seen"
	same succeeded "$(wfctl show @latest -o json | jq -r .state)"
}

@test "each change is said once, and numbers stay those of their steps" {
	flow fan <<-END
		steps:
		  - { id: gate, run: "until [ -e '$PWD/go' ]; do sleep 0.02; done" }
		  - { id: each, needs: [gate], foreach: [a, b], run: "true" }
		  - { id: last, needs: [each], run: echo the end }
	END
	run=$(wfctl run fan.yaml -d)
	wait_for is running "$run" gate
	mkfifo typed
	wfctl tui --accessible "$run" <typed >seen &
	teller=$!
	exec 9>typed
	wait_for grep -q '^3\. PEND last' seen
	touch go
	wait_for grep -q '^OK run' seen
	echo 'log 3' >&9
	wait_for grep -q 'logs/last' seen
	echo quit >&9
	exec 9>&-
	wait "$teller"
	for step in gate each 'each\[a\]' 'each\[b\]' last; do
		same 1 "$(grep -c "^OK $step\(,\|\$\)" seen)" || { cat seen; return 1; }
	done
	same 1 "$(grep -c 'PEND last' seen)"
}
