# What was planted must not come out: secrets anywhere but in their step, and
# escape sequences of names, values and logs on a terminal.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

secret=pl4nted-s3cret

# No process but the step's has it in its arguments, no file has it, and nobody
# else may read any.  What a step wrote to $WFCTL_OUTPUT is its own while it
# runs: is_nowhere --exclude='*.set'.
is_nowhere() {
	local found
	found=$(grep -laE "$secret" /proc/[0-9]*/cmdline 2>/dev/null || :)
	same "" "$found"
	found=$(grep -rlaE "$@" "$secret" "$WFCTL_STATE" "$HOME" || :)
	same "" "$found"
	same "" "$(find "$WFCTL_STATE" -type f ! -perm 600 ! -path '*/scratch/*')"
	same "" "$(find "$WFCTL_STATE" -type d ! -perm 700)"
}

@test "a secret is nowhere, while its step runs, after deaths, and after its undo" {
	flow it <<-'END'
	on_failure: rollback
	secrets: {TOKEN: {env: TOKEN}}
	steps:
	- id: a
	  secrets: [TOKEN]
	  outputs: {o: string}
	  run: |
	    echo "it is $TOKEN"; echo "o=$TOKEN" >>$WFCTL_OUTPUT
	    touch up; until test -e go; do sleep 0.02; done; echo "$TOKEN" >&2
	  undo: 'echo "undone with $TOKEN"'
	- {id: b, needs: [a], secrets: [TOKEN], run: 'echo "x=$TOKEN" >>$WFCTL_OUTPUT; echo "$TOKEN: not found"; exit 1'}
	END
	# Only the one that reads it has it in its environment.
	export TOKEN=$secret
	id=$(wfctl run -d it.yaml)
	wait_for test -e up
	wait_for grep -q 'it is' "$(ask "$id" '.steps[0].attempts[0].log')"
	is_nowhere --exclude='*.set'
	kill -9 "$(ask "$id" .engine.pid)"
	wait_for is interrupted "$id"
	is_nowhere --exclude='*.set'
	wfctl resume -d "$id"
	for p in $(ours); do
		[ "$(cat /proc/$p/comm)" != stepkeeper ] || kill -9 "$p" || :
	done
	touch go
	wait_for settled
	is_nowhere
	for command in "show $id" "show $id -o json" "events $id -o jsonl" "logs $id" "export $id"; do
		# shellcheck disable=SC2086
		expect 0 wfctl $command
		[[ $output != *$secret* ]] || { echo "$command tells"; return 1; }
	done
}

settled() {
	case $(state "$id") in
	rolled_back | rollback_failed | failed | waiting) ;;
	*) return 1 ;;
	esac
}

# On a terminal, nothing but our own colours and movements.
harmless() {
	printf 'quiet 300\n' >script
	"$BUILD/tests/on_pty" 80 24 record script "$WFCTL" "$@" </dev/null >/dev/null 2>&1 || :
	! LC_ALL=C grep -qaP '\x1b\]|\x1b\[2J\x1b\[6n|\x07|\xc2\x9b|\xe2\x80\xae|\x9bEVIL' record || {
		echo "wfctl $*:"
		cat -v record
		return 1
	}
}

@test "escape sequences reach no terminal, whatever the command" {
	[ -x "$BUILD/tests/on_pty" ] || skip "it is not built"
	local evil=$'\e]0;owned\a\e[2J\e[6n\xc2\x9bEVIL\xe2\x80\xae' command
	cat >evil.yaml <<-'END'
	version: 1
	name: "f\e]0;owned\a\e[2J\e[6n\x9bEVIL\u202e"
	description: "d\e]0;owned\a"
	labels: {l: "\e]0;owned\a"}
	params: {p: {type: string, default: "\e]0;owned\a\u202e", help: "\e]0;owned\a"}}
	outputs: {o: "${{ params.p }}"}
	steps:
	- id: a
	  name: "n\e]0;owned\a\e[2J\e[6n\u202e"
	  outputs: {o: string}
	  run: |
	    printf '\033]0;owned\007\033[2J\033[6n\302\233EVIL\342\200\256\n'
	    printf 'o=\033]0;owned\007\n' >>$WFCTL_OUTPUT
	- {id: b, needs: [a], run: 'printf "\033]0;owned\007\n"; exit 1'}
	- {id: c, approval: {prompt: "may\e]0;owned\a it?\u202e"}}
	END
	cp evil.yaml "$evil.yaml" 2>/dev/null || :
	sed 's/needs: \[a\]/needs: ["\\e]0;owned\\a"]/' evil.yaml >bad.yaml
	harmless run --progress plain evil.yaml --name "$evil"
	id=$(ask @latest .id)
	for command in "show $id" "show $id b" "ls" "logs $id" "events $id" \
		"events $id --decisions" "plan $id" "plan evil.yaml" \
		"graph $id" "graph evil.yaml" "lint evil.yaml" \
		"validate bad.yaml" "stats" "doctor" "rollback $id -n" \
		"retry $id -n" "resume $id -n" "rerun $id -n" "cancel $id -n" \
		"approve $id c -n" "fmt bad.yaml" "run bad.yaml"; do
		# shellcheck disable=SC2086
		harmless $command
	done
	for command in show logs run validate eval nonsense help; do
		harmless $command "$evil"
	done
	harmless run evil.yaml -p "$evil=1"
	harmless run --progress plain evil.yaml -p "p=$evil"
	harmless run "$evil.yaml" --progress plain
	harmless mark "$id" b succeeded -m "$evil"
	harmless events "$id"
	harmless skip "$id" "$evil" -m x
}

@test "an attempt with secrets that ended before its engine died keeps its outputs" {
	CRASHING=$PROJECT/build/crash/wfctl
	[ -x "$CRASHING" ] || skip "no build with crash points"
	flow it <<-'END'
	secrets: {TOKEN: {env: TOKEN}}
	steps:
	- {id: a, secrets: [TOKEN], outputs: {o: string}, run: 'echo "o=<$TOKEN>" >>$WFCTL_OUTPUT'}
	END
	export TOKEN=$secret
	echo >once
	WFCTL_CRASH=attempt-ended:1:$PWD/once run "$CRASHING" run -q it.yaml
	[ ! -e once ]
	[ "$(state @latest)" = succeeded ] || expect 0 wfctl resume -q @latest
	same "<***> 1" "$(ask @latest '.steps[0] | "\(.outputs.o) \(.attempts | length)"')"
	is_nowhere
}

@test "outputs with secrets go even when the engine dies before it removes them" {
	CRASHING=$PROJECT/build/crash/wfctl
	[ -x "$CRASHING" ] || skip "no build with crash points"
	flow it <<-'END'
	secrets: {TOKEN: {env: TOKEN}}
	steps:
	- {id: a, secrets: [TOKEN], outputs: {o: string}, run: 'echo "o=<$TOKEN>" >>$WFCTL_OUTPUT'}
	- {id: b, needs: [a], run: "true"}
	END
	export TOKEN=$secret
	for n in 2 3 4; do
		echo >once
		WFCTL_CRASH=commit-after:$n:$PWD/once run "$CRASHING" run -q it.yaml
		[ ! -e once ]
		[ "$(state @latest)" = succeeded ] || expect 0 wfctl resume -q @latest
		is_nowhere
	done
}
