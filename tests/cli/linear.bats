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

@test "before a run is open, commands are those of wfctl, and one can be started" {
	flow one <<<'steps: [{ id: a, run: "true" }]'
	seen=$(printf '%s\n' walk 'retry 1' 'version' 'run one.yaml' quit |
		wfctl tui --accessible)
	grep -q '"walk" is no command' <<<"$seen"
	grep -q 'Open a run first' <<<"$seen"
	grep -q '^wfctl [0-9]' <<<"$seen"
	grep -q '^[A-Z]* run .* of one, ' <<<"$seen"
}

@test "info tells of a step what there is to know" {
	flow bad <<<'steps: [{ id: a, run: exit 3 }, { id: b, needs: [a], run: "true" }]'
	wfctl run bad.yaml --progress quiet || [ $? = 1 ]
	seen=$(printf '%s\n' 'info 1' 'info b' 'info c' quit | wfctl tui --accessible @latest)
	grep -q '^command: exit 3' <<<"$seen"
	grep -q '^try 1: exit 3, after 0s' <<<"$seen"
	grep -q '^needs: a' <<<"$seen"
	grep -q '^There is no step c' <<<"$seen"
}

@test "the designer, which has no form by ear, says where flows are changed" {
	flow one <<<'steps: [{ id: a, run: "true" }]'
	export ACCESSIBLE=1
	expect 2 wfctl edit one.yaml
	err_has 'wfctl shell'
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
		[ $step = gate ] || # ran before anybody looked
			same 1 "$(grep -c "^RUN $step\(,\|\$\)" seen)" || { cat seen; return 1; }
	done
	same 1 "$(grep -c 'PEND last' seen)"
}
