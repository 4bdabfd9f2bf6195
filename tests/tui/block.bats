# What `run` draws without a screen of its own: the block at the bottom, the
# record above it, in terminals of several heights, and when nobody reads on.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load pty.sh
	load tmux.sh
	fresh
}

teardown() {
	close_screen
	stop_all
}

many() {
	flow many <<-END
		name: many
		max_parallel: 8
		on_failure: continue
		steps:
		  - { id: gate, run: "until [ -e '$PWD/go' ]; do sleep 0.02; done" }
		$(seq "$1" | sed 's/.*/  - { id: step-&, run: "true" }/')
		  - { id: last, needs: [gate], run: echo words of the last; exit 3 }
	END
}

# The most rows that a frame takes back; nothing: there was no block.
highest_block() {
	grep -aoE $'\e\\[[0-9]+A' record | tr -dc '0-9\n' | sort -n | tail -n 1
}

@test "the block keeps to a third of the height, and each step is said once" {
	many 300
	for height in 5 10 24; do
		rm -f go
		on_pty 80 $height "$WFCTL" run many.yaml \
			--progress live --color never <<-END
			wait step-300
			do touch '$PWD/go'
		END
		same 1 "$status"
		highest=$(highest_block)
		[ "${highest:-0}" -le $((height / 3)) ] ||
			{ echo "height $height: $highest rows"; return 1; }
		sed 's/\x1b\[[0-9]*[A-Za-z]//g; s/\r//g' record >plain
		for step in gate step-1 step-150 step-300; do
			same 1 "$(grep -c "^✓ $step  *[0-9a-z.]*s\$" plain)" ||
				{ echo "height $height: $step"; return 1; }
		done
		same 300 "$(grep -c '^✓ step-[0-9]' plain)"
		same 1 "$(grep -c '^✗ last' plain)"
		same "" "$(strange_in_record)"
		! grep -aq $'\e\\[?1049h' record
	done
}

@test "the scrollback of a terminal that changes its size holds each step once" {
	many 60
	screen 90 24
	tm set -g history-limit 5000
	says "cd '$PWD'; $WFCTL run many.yaml --progress live; echo status=\$?"
	shows 'gate'
	for size in '60 20' '100 10' '100 30' '70 24'; do
		# shellcheck disable=SC2086
		set -- $size
		tm resize-window -x "$1" -y "$2"
		shows 'done  fail'
	done
	touch go
	shows 'status=1'
	tm capture-pane -p -S - >all
	for step in gate step-1 step-30 step-60; do
		same 1 "$(grep -c "^✓ $step " all)" || { cat all; return 1; }
	done
	same 1 "$(grep -c '^✗ last' all)"
	restored
}

@test "who stops reading ends the printing, not the run" {
	many 50
	for mode in live plain json; do
		rm -f go
		code=0
		timeout 60 "$WFCTL" run many.yaml --progress $mode 2>err |
			head -n 3 >few || code=$?
		[ "$code" -lt 124 ]
		same 3 "$(wc -l <few)"
		! grep -qi 'broken\|pipe\|abort' err
		touch go
		wait_for is failed @latest
		same 51 "$(ask @latest '[.steps[] | select(.state == "succeeded")] | length')"
	done
}

@test "with standard output closed the run is made all the same" {
	many 3
	touch go
	code=0
	"$WFCTL" run many.yaml --progress live >&- 2>err || code=$?
	[ "$code" -lt 126 ]
	wait_for is failed @latest
}

# Of the program alone: what it writes to the terminal, a write a line.
@test "a frame is one write, from the first to the last" {
	command -v strace >/dev/null || skip "strace is not installed"
	many 40
	on_pty 100 60 strace -qq -s 100000 -e trace=write -e signal=none -o trace \
		"$WFCTL" run many.yaml --progress live --color never <<-END
		wait step-40
		do touch '$PWD/go'
	END
	same 1 "$status"
	grep '^write(1,' trace >writes
	# What comes behind the run's result is no frame any more.
	sed -i '/run [0-9a-f]* failed/q' writes
	[ "$(wc -l <writes)" -gt 2 ]
	same "" "$(sed 1d writes | grep -v '^write(1, "\\33\[[0-9]*A' | cut -c1-60)"
	# ... nor does one hold two.
	same "" "$(grep -E '(\\33\[[0-9]*A.*){2}' writes | cut -c1-60)"
}
