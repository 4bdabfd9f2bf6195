# The shell: scripts on standard input, and a person at a terminal.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load ../tui/tmux.sh
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
	keys C-c
	keys C-c
	shows 'type "exit" to leave'
	says 'version'
	shows 'wfctl 0'
	keys C-d
	back_in_shell
}
