# The shell: scripts on standard input, and a person at a terminal.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load ../tui/tmux.sh
	load ../tui/pty.sh
	fresh
}

teardown() {
	close_screen
	stop_all
}

# script LINE...: what the shell makes of them.
script() {
	printf '%s\n' "$@" | wfctl shell ${FILE:+"$FILE"}
}

@test "a script writes a flow and runs it" {
	expect 0 script 'open f.yaml' 'step add a run "echo one"' \
		"step add b run 'echo two' needs a  # comment" \
		'set b retry.limit 2' 'save' 'run'
	expect 0 wfctl validate f.yaml
	grep -q 'retry: { limit: 2 }' f.yaml
	same succeeded "$(state @latest)"
}

@test "every action can be undone and done again" {
	flow f <<-'END'
		steps: # s
		  - id: a # a
		    run: x
		  - {id: b, needs: [a], if: steps.a.state == "succeeded"}
	END
	cp f.yaml before
	expect 0 script 'open f.yaml' 'rename a z' 'move b before z' \
		'disconnect z b' 'unset z run' 'step copy b' \
		'step paste after z' 'step remove b' 'undo' 'undo' 'undo' \
		'undo' 'undo' 'undo' 'save'
	cmp before f.yaml
	expect 0 script 'open f.yaml' 'rename a z' 'undo' 'redo' 'save'
	grep -q 'needs: \[z\], if: steps.z.state' f.yaml
	grep -q '# a$' f.yaml
}

@test "a failed command ends the script with its status" {
	expect 9 script 'show nosuch' 'version'
	[[ $output != *0.1.0* ]]
}

@test "--keep-going goes on" {
	expect 0 bash -c "printf 'show nosuch\nversion\n' |
		'$WFCTL' shell --keep-going"
	has wfctl
}

@test "a command does not read the rest of the script" {
	expect 0 script 'validate -' 'version' || :
	expect 3 script 'validate -' 'version'
}

@test "an unknown verb gets the nearest one" {
	expect 2 script 'conect a b'
	err_has 'did you mean "connect"?'
}

@test "a circle is refused with its path" {
	expect 9 script 'open f.yaml' 'step add a' 'step add b needs a' \
		'connect b a'
	err_has 'a -> b -> a'
}

@test "changes that were not saved are an error at the end" {
	expect 1 script 'open f.yaml' 'step add a'
	err_has 'not saved'
	[ ! -e f.yaml ]
}

@test "a file changed by others is not overwritten" {
	flow f <<<'steps: [{id: a}]'
	mkfifo pipe
	wfctl shell f.yaml <pipe >out 2>err &
	exec 7>pipe
	echo 'set a run x' >&7
	echo 'show a' >&7
	wait_for grep -q 'run: x' out
	echo '# mine' >>f.yaml
	echo 'save' >&7
	exec 7>&-
	code=0
	wait $! || code=$?
	same 9 "$code"
	grep -q 'changed by somebody else' err
	grep -q '# mine' f.yaml
}

@test "errors of a script name the line" {
	expect 2 script '# first' '' 'conect a b'
	err_has 'standard input:3: "conect" is no command'
	expect 9 script 'version' 'show nosuch'
	err_has 'standard input:2: "show" ended with exit status 9'
	expect 2 script 'show "nosuch'
	err_has 'standard input:1: a quote is not closed'
	expect 9 script 'open f.yaml' 'step add a' 'connect a a'
	err_has 'standard input:3: '
}

@test "a script names the plan it agrees to" {
	flow f <<-'END'
		steps: [{ id: a, run: "true", undo: touch undone }]
	END
	wfctl run f.yaml --progress quiet
	expect 2 script 'rollback @latest -y'
	err_has 'must name the plan'
	expect 2 script 'rollback @latest -y -mnow'
	same succeeded "$(state @latest)"
	expect 0 script 'rollback @latest -n'
	number=$(wfctl rollback @latest -n -o json | jq -r .number)
	has "$number"
	expect 9 script 'rollback @latest -y --plan 00000000'
	[ ! -e undone ]
	expect 6 script "rollback @latest -y --plan $number" ||
		expect 0 script "rollback @latest -y --plan $number"
	[ -e undone ]
}

@test "at a terminal: completion of keys, values and connections that make no circle" {
	flow f <<-'END'
		steps:
		  - { id: build, run: "true" }
		  - { id: test, needs: [build], run: "true" }
		  - { id: ship, needs: [test], run: "true" }
	END
	screen 100 40
	says "'$WFCTL' shell f.yaml"
	shows 'wfctl f.yaml>'
	keys -l 'set build retry.lim'
	keys Tab
	shows 'set build retry.limit'
	keys C-u
	keys -l 'set build on_f'
	keys Tab
	keys -l 'roll'
	keys Tab
	shows 'set build on_failure rollback'
	keys C-u
	keys -l 'unset test ne'
	keys Tab
	shows 'unset test needs'
	keys C-u
	# build -> ship is the only one that is new and makes no circle.
	keys -l 'connect build '
	keys Tab
	shows 'connect build ship'
	keys C-u
	keys -l 'step add x run true needs bu'
	keys Tab
	shows 'needs build'
}

@test "at a terminal: candidates carry a few words, Tab twice tells the usage" {
	screen 100 40
	says "'$WFCTL' shell"
	shows 'wfctl>'
	keys -l 're'
	keys Tab
	keys Tab
	shows 'retry   run failed steps again'
	keys C-u
	keys -l 'version x'
	keys Tab
	keys Tab
	shows 'version [OPTION]...'
	shows '> version x'
}

@test "at a terminal: only flows are offered where a flow belongs" {
	flow one <<<'steps: [{ id: a }]'
	touch other.txt
	mkdir folder
	screen 100 24
	says "'$WFCTL' shell"
	shows 'wfctl>'
	keys -l 'validate '
	keys Tab
	keys Tab
	shows 'one.yaml'
	shows 'folder'
	[[ $(picture) != *other.txt* ]]
	keys -l 'on'
	keys Tab
	shows 'validate one.yaml'
}

# kept LINE N: the history holds the line so often.
kept() {
	[ "$(grep -cx "$1" "$WFCTL_STATE/history")" = "$2" ]
}

@test "at a terminal: two shells share one history, private lines are not in it" {
	screen 100 24
	says "'$WFCTL' shell"
	shows 'wfctl>'
	says 'version'
	shows 'wfctl 0'
	says ' validate private-by-space'
	says 'run f.yaml -p db_password=hunter2'
	says 'help --secret x'
	says 'version'
	wait_for kept version 2
	printf 'help from-another-shell\n' >>"$WFCTL_STATE/history"
	says 'ls'
	wait_for kept ls 1
	shows 'wfctl> ls'
	keys Up Up
	shows '> help from-another-shell'
	keys C-u
	keys C-d
	back_in_shell
	same $'version\nversion\nhelp from-another-shell\nls' \
		"$(cat "$WFCTL_STATE/history")"
	same 600 "$(stat -c %a "$WFCTL_STATE/history")"
}

@test "a history that has grown too long is cut to its newer half" {
	mkdir -p "$WFCTL_STATE"
	chmod 700 "$WFCTL_STATE"
	for i in {1..2100}; do echo "show $((i % 1500))"; done \
		>"$WFCTL_STATE/history"
	screen 100 24
	says "'$WFCTL' shell"
	shows 'wfctl>'
	keys C-d
	back_in_shell
	same 1000 "$(wc -l <"$WFCTL_STATE/history")"
	same 'show 600' "$(tail -n 1 "$WFCTL_STATE/history")"
	same 1000 "$(sort -u "$WFCTL_STATE/history" | wc -l)"
}

@test "at a terminal: news waits for the end of a search, and ! shows it again" {
	flow f <<-'END'
		steps:
		  - id: slow
		    run: while [ ! -e go ]; do sleep 0.05; done
	END
	screen 100 24
	says "'$WFCTL' shell f.yaml"
	shows 'wfctl f.yaml>'
	says 'run'
	wait_for is running @latest slow
	keys C-r
	keys -l 'ru'
	shows 'reverse-i-search'
	touch go
	wait_for is succeeded @latest
	[[ $(picture) != *'slow: succeeded'* ]]
	keys C-g
	shows 'slow: succeeded'
	says 'graph'
	keys C-l
	says '!'
	shows 'slow: succeeded'
}

# The command has ended, and the terminal keeps more than a line of 4,095.
asks_again() {
	[ "$(picture | grep . | tail -n 1)" = 'wfctl>' ]
}

@test "at a terminal: long lines, letters of all kinds, and a new size" {
	screen 60 12
	says "'$WFCTL' shell"
	shows 'wfctl>'
	keys -l 'help "größe 漢字 e'
	tm resize-window -x 100 -y 20
	keys -l 'nd"'
	shows '> help "größe 漢字 end"'
	keys Enter
	wait_for asks_again
	long=$(printf 'x%.0s' {1..5000})
	keys -l "help $long"
	keys Enter
	shows 'xxxxx'
	says 'version'
	shows 'wfctl 0'
	keys C-d
	back_in_shell
	grep -qx "help $long" "$WFCTL_STATE/history"
}

@test "at a terminal: what comes from outside cannot act" {
	flow $'a\e[31mb' <<<'steps: [{ id: a, run: "true" }]'
	screen 100 24
	says "'$WFCTL' shell *.yaml"
	shows 'wfctl a<ESC>[31mb.yaml>'
}

@test "at a terminal: prompt, completion, editing, and leaving" {
	flow f <<<'steps: [{id: build, run: "true"}, {id: test, run: "true"}]'
	screen 100 24
	says "'$WFCTL' shell f.yaml"
	shows 'wfctl f.yaml>'
	keys -l 'conn'
	keys Tab
	shows '> connect'
	keys -l 'bu'
	keys Tab
	shows 'connect build'
	keys -l 'te'
	keys Tab
	shows 'connect build test'
	keys Enter
	shows 'wfctl f.yaml*>'
	says 'exit'
	shows 'not saved'
	says 'save'
	says 'exit'
	back_in_shell
	grep -q 'needs: \[build\]' f.yaml
	same 600 "$(stat -c %a "$WFCTL_STATE/history")"
	grep -q '^connect build test' "$WFCTL_STATE/history"
}

@test "at a terminal: news of a run leaves the half-typed line whole" {
	flow f <<-'END'
		steps:
		  - id: slow
		    run: while [ ! -e go ]; do sleep 0.05; done; echo gone
	END
	screen 100 24
	says "'$WFCTL' shell f.yaml"
	shows 'wfctl f.yaml>'
	says 'run'
	wait_for is running @latest slow
	keys -l 'show half-ty'
	shows 'show half-ty'
	touch go
	wait_for is succeeded @latest
	shows 'slow: succeeded'
	shows 'succeeded> show half-ty'
	keys -l 'ped'
	shows 'show half-typed'
	keys C-c
	says 'exit'
	back_in_shell
}

@test "at a terminal: Ctrl+C clears the line, and a hint on an empty one" {
	screen 80 24
	says "'$WFCTL' shell"
	shows 'wfctl>'
	keys -l 'nonsense'
	shows 'wfctl> nonsense'
	keys C-c
	# Two at once may be one signal.
	shows $'nonsense\nwfctl>'
	keys C-c
	shows 'type "exit" to leave'
	says 'version'
	shows 'wfctl 0'
	keys C-d
	back_in_shell
}

@test "at a terminal: Ctrl+C is heard, however closely it follows a key" {
	{
		echo 'wait wfctl> '
		for _ in {1..2000}; do
			printf '%s\n' 'send nonsense' 'send \x03' 'wait wfctl> '
		done
		echo 'send \x04'
	} >often
	on_pty 80 24 "$WFCTL" shell <often
	same 0 "$status"
}

@test "at a terminal: what is pasted is one line, whatever it holds" {
	on_pty 80 24 "$WFCTL" shell <<-'END'
		wait wfctl>
		send \e[200~help "a\tb
		quiet 20
		send c"\e[201~
		wait c"
		send \r
		wait no command
		wait wfctl>
		send \x04
	END
	same 0 "$status"
}
