# A newcomer's path: a flow of five steps with a retry, an approval and an
# undo, made in the designer with nothing but what the screen says, and run.
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

# step ID COMMAND: with the form that a opens.
step() {
	keys a
	shows 'Id *'
	keys -l "$1"
	keys Enter Enter
	keys -l "$2"
	keys Enter Enter Enter
	shows "step $1 "
}

# field NAME VALUE: of the step at the cursor.
field() {
	local i
	keys Enter
	for i in {1..60}; do
		[[ $(picture) == *"> $1"* || $(picture) == *">+$1"* ]] && break
		keys Down
		sleep 0.05
	done
	keys Enter
	shows 'Enter keep'
	keys -l "$2"
	keys Enter
	hides 'Enter keep'
	keys Escape
}

@test "five steps with a retry, an approval and an undo, and the run" {
	screen 80 24
	says "$WFCTL new hello.yaml"
	shows 'Begin with'
	keys Enter
	shows 'a flow needs a step'
	step build 'echo building >built'
	step test 'test -s built'
	field retry 3
	keys a
	shows 'Id *'
	keys -l approve
	keys Enter Down Enter
	keys -l 'Ship it?'
	keys Enter Enter Enter
	shows 'step approve '
	step deploy 'cp built shipped'
	field undo 'rm -f shipped'
	step notify 'echo shipped'
	keys R
	shows 'Start (S)'
	keys S
	shows 'asks for you'
	keys a
	shows 'Ship it?'
	press A 'ok 5/5'
	same shipped "$(ls | grep shipped)"
	keys q
	shows 'DESIGN  hello.yaml'
	keys q
	back_in_shell
	restored
	diff - hello.yaml <<-'END'
		version: 1
		steps:
		  - id: build
		    run: echo building >built
		  - id: test
		    needs: [build]
		    run: test -s built
		    retry: 3
		  - id: approve
		    needs: [test]
		    approval: { prompt: "Ship it?" }
		  - id: deploy
		    needs: [approve]
		    run: cp built shipped
		    undo: rm -f shipped
		  - id: notify
		    needs: [deploy]
		    run: echo shipped
	END
	same succeeded "$(ask @latest .state)"
	same 2 "$(find . -type f | wc -l | tr -d ' ')" || ls -la
}
