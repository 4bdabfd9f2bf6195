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
