# What is different when standard output is a terminal.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; export TERM=xterm; }
teardown() { stop_all; }

# on_terminal COMMAND-LINE: what it writes to a terminal of 80 x 24, in $seen.
on_terminal() {
	script -qec "stty rows 24 cols 80; $1" typescript >shown || :
	seen=$(sed '1d;$d' typescript)
}

# Control sequences that are not among those wfctl itself uses.
strange() {
	LC_ALL=C grep -oP '\x1b(?!\[(0|1;31|3[1-6])?m|\[[0-9]+A|\[J).{0,8}|[\x07\x9b]' \
		<<<"$seen" | cat -v
}

hostile() {
	flow hostile <<'END'
name: "ev\e[31mil"
steps:
  - id: a
    name: "n\u202ea\e]0;x\a"
    run: printf '\033]0;t\007\033[2J\n\302\233x\n'; exit 1
END
	run wfctl run hostile.yaml --name $'x\e[2Jy'
}

@test "names, logs and errors cannot act on a terminal" {
	hostile
	for line in ls 'show @latest' 'show @latest a' 'logs @latest' \
		'events @latest' 'graph @latest' 'plan @latest' stats \
		'prune --keep 0 -n' $'show "z\e[2J"' $'validate "z\e[2J.yaml"' \
		'run hostile.yaml --progress live' \
		'run hostile.yaml --progress plain'; do
		on_terminal "'$WFCTL' $line"
		same "" "$(strange)"
	done
}

@test "colour is for terminals, and --color and NO_COLOR have their say" {
	hostile
	on_terminal "'$WFCTL' ls"
	[[ $seen == *$'\e[1;31mfailed'* ]]
	on_terminal "'$WFCTL' ls --color never"
	[[ $seen != *$'\e'* ]]
	NO_COLOR=1 on_terminal "'$WFCTL' ls"
	[[ $seen != *$'\e'* ]]
	expect 0 wfctl ls --color always
	has $'\e[1;31mfailed'
}

@test "live: each finished step once, lines within the width" {
	flow live <<'END'
steps:
  - id: one
    run: echo hello; sleep 0.3
  - id: two
    needs: [one]
    run: printf 'w%.0s' $(seq 300); sleep 0.3
  - id: three
    needs: [two]
    run: echo last words; exit 3
END
	on_terminal "'$WFCTL' run live.yaml --progress live --color never"
	plain=$(sed 's/\x1b\[[0-9]*[A-Za-z]//g; s/\r//g' <<<"$seen")
	same 1 "$(grep -c '^✓ one' <<<"$plain")"
	same 1 "$(grep -c '^✓ two' <<<"$plain")"
	same 1 "$(grep -c '^✗ three .*exit 3' <<<"$plain")"
	grep -q '      last words' <<<"$plain"
	grep -q 'wfctl retry' <<<"$plain"
	same 0 "$(awk 'length > 79' <<<"$plain" | wc -l)"
}

@test "live: the only step of a flow prints as if wfctl were not there" {
	flow only <<'END'
steps: [{ id: a, run: "echo one; echo two" }]
END
	on_terminal "'$WFCTL' run only.yaml --progress live"
	grep -q '^one' <<<"$seen"
	grep -q '^two' <<<"$seen"
	[[ $seen != *'--- '* ]]
}

@test "a dumb terminal, CI and accessibility get plain lines" {
	flow only <<'END'
steps: [{ id: a, run: echo one }]
END
	for setting in TERM=dumb CI=1 WFCTL_ACCESSIBLE=1 ACCESSIBLE=1; do
		on_terminal "env $setting '$WFCTL' run only.yaml"
		grep -q 'a | one' <<<"$seen"
		[[ $seen != *$'\e'* ]]
	done
}

@test "missing params are asked for until the answer will do" {
	flow asks <<'END'
params:
  n: { type: int, required: true, max: 9, help: how many }
  who: { type: string, required: true }
steps:
  - id: a
    env: { N: "${{ params.n }}", WHO: "${{ params.who }}" }
    run: echo "got $N $WHO"
END
	printf 'many\n12\n7\n\nann\n' >answers
	script -qec "'$WFCTL' run asks.yaml --progress plain" typescript \
		<answers >shown
	grep -q 'how many' typescript
	grep -q 'a | got 7 ann' typescript
}

@test "a rollback goes ahead only after yes" {
	flow undo <<END
steps:
  - id: a
    run: "true"
    undo: touch $PWD/undone
END
	wfctl run undo.yaml --progress quiet
	for answer in n ''; do
		echo "$answer" >answers
		script -qec "'$WFCTL' rollback undo --progress plain" \
			typescript <answers >shown || :
		grep -q 'Carry out this plan?' typescript
		[ ! -e undone ]
	done
	echo y >answers
	script -qec "'$WFCTL' rollback undo --progress plain" typescript \
		<answers >shown || :
	[ -e undone ]
}

@test "live: a step that needed several tries says how the first one ended" {
	flow f <<-'END'
		steps:
		  - id: a
		    run: '[ -e once ] || { touch once; exit 75; }'
		    retry: { limit: 2, delay: 1ms, only: [75] }
		  - { id: b, run: "true" }
	END
	on_terminal "'$WFCTL' run f.yaml --progress live --color never"
	[[ $seen == *'after 2 tries (1st: exit 75)'* ]] || { echo "$seen"; return 1; }
	[[ $(grep -a '✓ b ' <<<"$seen") != *tries* ]]
}

@test "live: a step that waits to be tried again says how it failed, and its last line" {
	flow f <<-END
		steps:
		  - id: flaky
		    run: echo no such host; exit 75
		    retry: { limit: 3, delay: 1h, jitter: 0 }
		  - id: seen # until it stands on the screen
		    timeout: 30s
		    run: |
		      until grep -aq 'try 1/4 failed (exit 75), next try in' '$PWD/typescript' &&
		          grep -aq '^      no such host' '$PWD/typescript'
		      do sleep 0.05; done
		      touch '$PWD/yes'; exit 1
	END
	script -qfec "stty rows 24 cols 100; '$WFCTL' run f.yaml --progress live --color never" \
		typescript >/dev/null || :
	[ -e yes ] || { cat typescript; return 1; }
}
