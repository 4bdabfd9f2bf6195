# The designer in a real terminal: editors, kills, disks, the dashboard.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load tmux.sh
	fresh
}

teardown() {
	close_screen
	stop_all
}

two_steps() {
	flow two <<-'END'
		# a comment
		steps:
		  - id: first
		    run: sleep 0.1
		  - id: second   # the other
		    needs: [first]
		    run: echo "two"
	END
	cp two.yaml before.yaml
}

designer() {
	screen 80 24
	says "${2:-}$WFCTL edit ${1:-two.yaml}"
	shows 'DESIGN'
}

# an_editor NAME <<END: a program that stands for the user's editor.
an_editor() {
	cat >"$1"
	chmod +x "$1"
}

@test "looking and leaving changes nothing" {
	two_steps
	designer
	shows 'step first'
	keys Down 2
	shows '[second]'
	keys 3
	shows '# a comment'
	keys 4
	shows 'the flow as a whole'
	keys '?'
	shows 'Designer'
	keys Escape q
	back_in_shell
	restored
	cmp two.yaml before.yaml
	same 'before.yaml two.yaml' "$(ls -A | xargs)"
}

@test "what was typed survives kill -9" {
	two_steps
	designer
	keys D
	shows 'Needed by: second'
	keys D
	shows 'step second'
	keys Enter Down Enter
	shows 'Enter keep'
	keys -l ' | cat'
	shows '"two" | cat_'
	kill -KILL "$(pgrep -P "$(terminal '#{pane_pid}')")"
	shows 'Killed'
	cmp two.yaml before.yaml
	keys C-l
	says "reset; $WFCTL edit two.yaml"
	shows 'Recover 2 changes'
	keys r
	shows '"two" | cat_'
	keys Enter w
	shows 'was saved'
	grep -q 'run: echo "two" | cat' two.yaml
	! grep -q 'id: first' two.yaml
	[ ! -e .two.yaml.wfctl-journal ]
}

@test "an editor with arguments changes the file, at the line" {
	two_steps
	an_editor ed.sh <<-'END'
		#!/bin/sh
		echo "$@" | sed "s,/[^ ]*/,," >args
		for file; do :; done
		sed -i 's/echo "two"/echo three/' "$file"
		stty raw -echo
	END
	designer two.yaml "EDITOR='$PWD/ed.sh --wait' "
	keys Down E
	shows 'taken over'
	shows 'echo three'
	grep -q '^--wait wfctl-.*[.]yaml$' args
	keys u
	shows 'echo "two"'
	keys q
	back_in_shell
	restored
	cmp two.yaml before.yaml
}

@test "an editor that is missing, or fails, costs nothing" {
	two_steps
	designer two.yaml "EDITOR=no-such-editor "
	keys D D
	shows '*changed'
	keys E
	shows 'cannot be started'
	shows '*changed'
	keys u q
	back_in_shell
	an_editor bad.sh <<-'END'
		#!/bin/sh
		echo broken >"$1"
		exit 1
	END
	says "EDITOR=./bad.sh TMPDIR=$PWD $WFCTL edit two.yaml"
	shows 'DESIGN'
	keys E
	shows 'nothing was taken over'
	grep -q broken wfctl-*.yaml
	keys q
	back_in_shell
	cmp two.yaml before.yaml
}

@test "an editor that leaves no YAML leads to the line; the text is kept" {
	two_steps
	an_editor ed.sh <<-'END'
		#!/bin/sh
		for file; do :; done
		printf '\tbad: [\n' >>"$file"
	END
	designer two.yaml "EDITOR=$PWD/ed.sh "
	keys E
	shows '[3 YAML]'
	shows 'bad: ['
	keys 2
	shows 'when it still parsed'
	keys w
	shows 'was saved; its 1 error keeps it from being run'
	grep -q 'bad: \[' two.yaml
}

@test "the window may change its size while the editor is open" {
	two_steps
	an_editor ed.sh <<-'END'
		#!/bin/sh
		echo waiting
		until [ -e go ]; do sleep 0.05; done
	END
	designer two.yaml "EDITOR=$PWD/ed.sh "
	keys E
	shows 'waiting'
	tm resize-window -x 140 -y 40
	touch go
	shows 'nothing was changed'
	shows 'graph ──'
}

@test "a full disk is told, and nothing is lost" {
	command -v unshare >/dev/null && unshare -m true 2>/dev/null ||
		skip "no file system of its own can be mounted here"
	mkdir small
	screen 80 24
	says "exec unshare -m bash --norc --noprofile"
	says "mount -t tmpfs -o size=16k none small && cd small && echo mounted"
	shows mounted
	says "printf 'version: 1\nsteps:\n  - id: first\n    run: echo one\n' >two.yaml; cp two.yaml before.yaml"
	says "$WFCTL edit two.yaml"
	shows 'step first'
	keys a
	shows 'Id *'
	keys -l extra
	keys Enter Enter
	keys -l 'echo more'
	keys Enter Enter Enter
	shows 'step extra'
	# The rest of the room.
	tm split-window -d "true"
	run_in_mount='dd if=/dev/zero of=full bs=1k count=64 2>/dev/null'
	nsenter -t "$(pgrep -n -f "$WFCTL edit two.yaml")" -m sh -c "cd '$PWD/small' && $run_in_mount" || :
	keys w
	shows 'cannot be written'
	shows '*changed'
	nsenter -t "$(pgrep -n -f "$WFCTL edit two.yaml")" -m sh -c "cd '$PWD/small' && cmp two.yaml before.yaml && rm full"
	keys w
	shows 'was saved'
}

@test "e in the dashboard designs the flow of a run; the run keeps its version" {
	flow slow <<-'END'
		steps:
		  - id: ask
		    approval: { prompt: "Go on?" }
	END
	run=$(wfctl run slow.yaml -d)
	wait_for is waiting "$run"
	screen 80 24
	says "$WFCTL tui $run"
	shows 'asks for you'
	keys e
	shows 'DESIGN  slow.yaml'
	shows '1 active run'
	keys q
	shows 'asks for you'
}

@test "a run whose file has changed goes on by the text that is chosen" {
	flow two <<-'END'
		steps:
		  - { id: build, run: "true" }
		  - { id: test, needs: [build], run: "exit 3" }
	END
	expect 1 wfctl run two.yaml --progress quiet
	run=$(ask @latest .id)
	sed -i 's/exit 3/exit 0/' two.yaml
	cat >keys <<-'END'
		size 100 30
		key R
		wait definition
		dump
		key Space R
		wait the run goes on
	END
	seen=$(wfctl tui "$run" --keys keys)
	grep -q 'Resume run' <<<"$seen"
	grep -q 'same *build *its result stays valid' <<<"$seen"
	grep -q 'changed *test *runs' <<<"$seen"
	until [ "$(ask "$run" .state)" = succeeded ]; do :; done
	same 1 "$(ask "$run" '.steps[0].attempts|length')"
}

@test "a screen that only reads changes nothing" {
	two_steps
	designer two.yaml
	keys q
	back_in_shell
	says "$WFCTL edit --read-only two.yaml"
	shows 'step first'
	keys a
	shows 'read-only'
	keys Enter Down Enter
	shows 'read-only'
	keys w
	shows 'save: this screen is read-only'
	keys q
	back_in_shell
	cmp two.yaml before.yaml
}

@test "without a terminal it says so" {
	two_steps
	expect 2 wfctl edit two.yaml </dev/null
	expect 2 wfctl edit no/such/folder/x.yaml </dev/null
	expect 2 wfctl edit - </dev/null
}

@test "keys from a file are enough" {
	two_steps
	printf '%s\n' 'size 80 24' 'key Down Enter Down Enter' 'text  # 2' \
		'key Enter w' 'dump' >script
	expect 0 wfctl edit two.yaml --keys script
	has 'was saved'
	diff before.yaml two.yaml | grep '^>' >changed || :
	same "> $(printf %s "    run: 'echo \"two\" # 2'")" "$(cat changed)"
}

@test "new opens the designer on a terminal; the templates ask" {
	screen 80 24
	says "$WFCTL new nightly.yaml"
	shows 'Begin with'
	keys Down Down Down
	keys Enter
	shows 'What is the flow called?'
	shows '[nightly'
	press Enter '< Make it >'
	keys Enter
	shows 'step extract'
	shows 'no problems'
	keys w
	shows 'was saved'
	keys q
	back_in_shell
	expect 0 wfctl lint nightly.yaml
	same '' "$stderr"
}

@test "steps go from file to file" {
	two_steps
	flow other <<-'END'
		steps:
		  - id: first
		    run: echo other
	END
	designer two.yaml
	keys Space Space y
	shows '2 steps copied'
	keys q
	back_in_shell
	says "clear; $WFCTL edit other.yaml"
	shows 'step first'
	keys p
	shows '2 steps pasted'
	keys w
	shows 'was saved'
	same 'first first-2 second' "$(grep -o 'id: [a-z0-9-]*' other.yaml |
		cut -c5- | xargs)"
}

@test "a folder that cannot be written keeps the old file; W goes elsewhere" {
	two_steps
	mkdir d
	cp before.yaml d/two.yaml
	printf '%s\n' 'size 160 20' 'key Down Enter Down Enter ^U' 'text echo 2' \
		'key Enter w' dump 'key W ^U' "text $PWD/elsewhere.yaml" \
		'key Enter' dump >script
	if [ "$(id -u)" -eq 0 ]; then
		unshare -m true || skip "no mounts here"
		seen=$(unshare -m sh -c "mount --bind d d &&
			mount -o remount,ro,bind d &&
			'$WFCTL' edit d/two.yaml --keys script")
	else
		chmod 500 d
		seen=$(wfctl edit d/two.yaml --keys script)
		chmod 700 d
	fi
	grep -q 'cannot be written' <<<"$seen"
	grep -q 'elsewhere.yaml was saved' <<<"$seen"
	cmp before.yaml d/two.yaml
	grep -q 'run: echo 2' elsewhere.yaml
	same two.yaml "$(ls -A d)"
}

@test "a kill at any moment of the save leaves the old file or the new" {
	command -v strace >/dev/null || skip "strace is not installed"
	two_steps
	printf '%s\n' 'key Down Enter Down Enter ^U' 'text echo 2' \
		'key Enter w' >script
	for at in fchmod:1 fsync:1 fsync:2 fsync:3 rename:1 rename:2; do
		cp before.yaml two.yaml
		rm -f .two.yaml.wfctl-journal .wfctl-*.tmp
		strace -qq -o /dev/null -e trace="${at%:*}" \
			-e inject="${at%:*}:signal=KILL:when=${at#*:}" \
			"$WFCTL" edit two.yaml --keys script || :
		echo "$at"
		cmp two.yaml before.yaml || grep -q 'run: echo 2' two.yaml
		[ "$(wc -l <two.yaml)" -eq 8 ]
	done
}

@test "pasted lines become lines of the field, and no commands elsewhere" {
	two_steps
	designer
	tm set-buffer "$(printf 'D\nD\nw\n')"
	tm paste-buffer -p
	shows 'pasted text was ignored'
	keys Enter Down Enter C-u
	shows '[____'
	tm set-buffer "$(printf 'one\ntwo\n')"
	tm paste-buffer -p
	shows 'first: run'
	keys C-s
	hides 'first: run'
	keys w
	shows 'was saved'
	same 'first second' "$(grep -o 'id: [a-z]*' two.yaml | cut -c5- | xargs)"
	grep -A2 'run: |' two.yaml | grep -q '^      two$'
}
