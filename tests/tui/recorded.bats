# The bytes that go to the terminal: none that data put there, all modes put
# back, no more than needed.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load pty.sh
	fresh
}

teardown() { stop_all; }

# Everything from outside that could act on a terminal, in all places.
hostile() {
	cat >hostile.sh <<-'END'
		for i in $(seq 0 255); do printf "\\$(printf %03o "$i")"; done
		printf '\nOSC \033]0;owned\007 \033]52;c;b3duZWQ=\007 DCS \033P1$r0m\033\\ DA \033[c \033[>c \033[6n\n'
		printf 'modes \033[?1049l\033[?47h\033[?1000h\033[?2004h\033c\033(0 lqk \016 \017\n'
		printf 'C1 \302\233 2J \302\220 \302\235 \233 2J \220\n'
		printf 'bidi \342\200\256 zero \342\200\213 \357\273\277 cut \342\200\n'
		printf 'a%.0s' $(seq 1000); printf '\314\201%.0s' $(seq 5000); echo
		head -c 1048576 /dev/zero | tr '\0' x; echo
		for i in $(seq 500); do printf '%s%%\r' "$i"; done
		printf '\ttab\t\033]0;cut off'
	END
	flow hostile <<-'END'
		name: "fl\e]0;owned\aow\u202e"
		description: "de\e[2Jsc"
		params:
		  p: { type: string, default: "v\e[?1049lv", help: "h\e[31mh" }
		steps:
		  - id: noisy
		    name: "n\e[2J\x9bn"
		    run: sh hostile.sh; exit 3
		    retry: { limit: 1, delay: 0s, jitter: 0 }
		    on_failure: continue
		  - id: ask
		    approval:
		      prompt: "a\e]0;owned\a\u202eb"
		      form: { f: { type: string, default: "\e[c", help: "\e[6n" } }
		  - id: each
		    foreach: ["a\e[2J", "b\u202e"]
		    run: echo "$WFCTL_INSTANCE"; exit 1
		    on_failure: continue
	END
	sed -i "s|sh hostile.sh|sh '$PWD/hostile.sh'|" hostile.yaml
}

@test "nothing in a run acts on the terminal of the dashboard" {
	hostile
	run=$(wfctl run hostile.yaml -d --name $'na\e]0;owned\ame')
	wait_for is waiting "$run"
	on_pty 100 30 "$WFCTL" tui <<-'END'
		wait ? hel
		send /
		quiet 50
		send \e[
		quiet 100
		send \r
		quiet 50
		send \r
		quiet 50
		send \x0c
		wait Steps
		quiet 50
		send 2
		quiet 50
		send 3
		quiet 50
		send 4
		quiet 50
		send g
		quiet 50
		send w
		quiet 50
		send x
		quiet 50
		send 5v
		quiet 50
		send G
		quiet 50
		send 6
		quiet 50
		send n
		quiet 50
		send n
		quiet 50
		send a
		quiet 100
		send \e
		quiet 100
		send b
		quiet 100
		send \e
		quiet 100
		send :
		send \x01\x02
		quiet 50
		send \e
		quiet 100
		send !
		quiet 50
		signal 15
	END
	same 143 "$status"
	grep -aq '<ESC>' record
	same "" "$(strange_in_record)"
	put_back
}

@test "nothing in a run acts on the terminal of what run prints" {
	hostile
	sed -i '/id: ask/,/form:/d' hostile.yaml
	for mode in live plain; do
		on_pty 80 24 "$WFCTL" run hostile.yaml --progress $mode <<<''
		[ "$status" -ne 99 ]
		same "" "$(strange_in_record)" || { echo "$mode"; return 1; }
	done
	for command in 'logs @latest noisy' 'show @latest noisy' \
		'events @latest' 'graph @latest'; do
		# shellcheck disable=SC2086
		on_pty 80 24 "$WFCTL" $command <<<''
		same "" "$(strange_in_record)" || { echo "$command"; return 1; }
	done
}

# A line as long as its file: in the dashboard, as a page, and while it comes.
@test "100 MiB without a newline are shown, in little memory" {
	flow big <<-'END'
		name: big
		on_failure: continue
		steps:
		  - { id: a, run: printf x }
		  - { id: wide, run: "head -c 2000000 /dev/zero; echo; echo after" }
	END
	wfctl run big.yaml -q
	truncate -s 100M "$WFCTL_STATE"/runs/*/logs/a.1.log
	on_pty 100 30 "$WFCTL" tui @latest <<-'END'
		wait ? hel
		send g4
		wait 100
		quiet 100
		send G
		quiet 100
		send w
		quiet 100
		send \r
		quiet 200
		send \e
		quiet 100
		send /zz\r
		quiet 300
		send \x0c
		wait not found: zz
		mark seen
		send q
		quiet 50
		send q
	END
	same 0 "$status"
	same "" "$(strange_in_record)"
	peak=$(grep -o '^seen:.*' <<<"$output" | grep -o 'peak [0-9]*')
	[ "${peak#peak }" -lt 65536 ] || { echo "$output"; return 1; }
	for mode in live plain; do
		on_pty 80 24 "$WFCTL" run big.yaml --progress $mode <<<''
		same 0 "$status"
		same "" "$(strange_in_record)" || { echo "$mode"; return 1; }
		[ "$(LC_ALL=C wc -L <record)" -lt 25000 ] || { echo "$mode: a line of $(LC_ALL=C wc -L <record)"; return 1; }
	done
	grep -q 'wide | after' record
}

# Comments are shown as they stand in the file: those that YAML allows, and
# those that make it no YAML at all.
@test "nothing in a file acts on the terminal of the designer" {
	printf 'version: 1\n# bidi \342\200\256 zero \342\200\213 \357\273\277 \302\205 marks a%s\n' \
		"$(printf '\314\201%.0s' $(seq 3000))" >allowed.yaml
	printf 'steps:\n  # \342\200\256above\n  - id: a # \342\200\256b\342\200\213\n    run: |\n      : %s\n' \
		"$(head -c 100000 /dev/zero | tr '\0' x)" >>allowed.yaml
	{
		cat allowed.yaml
		printf '# ESC \033]0;owned\007\033[2J\033[?1049l\033[c C1 \302\233 2J \233 \033(0 \016 \r\b\n'
		printf '# cut \342\200\n# \033]52;c;b3duZWQ=\007\n'
	} >broken.yaml
	for file in allowed broken; do
		on_pty 140 40 "$WFCTL" edit $file.yaml <<-'END'
			wait DESIGN
			quiet 100
			send 3
			quiet 100
			send G
			quiet 100
			send \x0c
			quiet 100
			send 1
			quiet 50
			send v
			quiet 50
			send \te
			quiet 100
			send \e
			quiet 100
			send 4
			quiet 50
			send \x0c
			quiet 50
			signal 15
		END
		same 143 "$status"
		same "" "$(strange_in_record)" || { echo "$file"; return 1; }
		put_back
		same 0 "$(count owned)" || grep -aq '<ESC>\]0;owned' record
		grep -aq 'U+202E' record
	done
}

@test "nothing in a run acts on the terminal of the shell" {
	hostile
	run=$(wfctl run hostile.yaml -d --name $'na\e]0;owned\ame')
	wait_for is waiting "$run"
	echo 'set bell-style none' >inputrc
	on_pty 100 30 env INPUTRC="$PWD/inputrc" "$WFCTL" shell hostile.yaml <<-END
		wait hostile.yaml
		send ls\r
		wait owned
		send show $run\r
		wait noisy
		send events $run\r
		wait a<ESC>
		send show $run e\t\t
		quiet 200
		send \x15logs $run noisy | tail -n 3\r
		quiet 200
		send eval "\x16\e[2J"\r
		quiet 200
		send show \t\t
		quiet 200
		send \x15exit\r
		quiet 200
		send exit\r
	END
	[ "$status" -ne 99 ]
	grep -aq '<ESC>' record
	same "" "$(strange_in_record)"
}

@test "every death that can be caught puts the terminal back" {
	flow one <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	wfctl run one.yaml --progress quiet
	for signal in 1 2 3 4 6 7 8 11 15; do
		on_pty 80 24 "$WFCTL" tui @latest <<-END
			wait ? hel
			send M
			quiet 50
			signal $signal
		END
		same $((128 + signal)) "$status"
		put_back || { echo "after signal $signal"; return 1; }
	done
}

@test "SIGKILL ends the screen only, and the next one works" {
	flow long <<-'END'
		steps: [{ id: a, run: "until [ -e go ]; do sleep 0.05; done", workdir: . }]
	END
	sed -i "s|-e go|-e '$PWD/go'|" long.yaml
	on_pty 80 24 "$WFCTL" run long.yaml <<-'END'
		wait RUN
		signal 9
	END
	same 137 "$status"
	same running "$(state @latest)"
	on_pty 80 24 "$WFCTL" tui @latest <<-END
		wait RUN
		do touch '$PWD/go'
		wait OK
		send q
		quiet 50
		send q
	END
	same 0 "$status"
	same succeeded "$(state @latest)"
}

@test "a terminal that goes away ends the screen, never the run" {
	flow long <<-'END'
		steps: [{ id: a, run: sleep 60 }]
	END
	run=$(wfctl run long.yaml -d)
	for prefix in 'env --default-signal=HUP' 'env --ignore-signal=HUP'; do
		for command in "tui $run" tui "run long.yaml --progress live"; do
			# shellcheck disable=SC2086
			on_pty 80 24 $prefix "$WFCTL" $command <<-'END'
				wait long
				quiet 50
				hangup
			END
			[ "$status" -ne 99 ] || { echo "$prefix $command"; return 1; }
			cpu=$(grep -o 'after the cut.*cpu [0-9]*' <<<"$output")
			[ "${cpu##* }" -lt 50 ] || { echo "$command: $cpu"; return 1; }
		done
	done
	same running "$(state "$run")"
}

@test "a terminal without a size is 80x24 until it has one" {
	flow one <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	wfctl run one.yaml --progress quiet
	on_pty 0 0 env LINES=7 COLUMNS=33 "$WFCTL" tui @latest <<-'END'
		wait 1 Steps
		wait ? hel
		size 140 40
		wait events and decisions
		send q
		quiet 50
		send q
	END
	same 0 "$status"
	put_back
}

@test "the screen is cleared on start, resize and Ctrl+L only" {
	flow some <<-'END'
		steps:
		  - { id: a, run: seq 50 }
		  - { id: b, needs: [a], run: "exit 1" }
	END
	wfctl run some.yaml --progress quiet || :
	on_pty 80 24 "$WFCTL" tui @latest <<-'END'
		wait ? hel
		quiet 50
		send 2
		quiet 50
		send 3
		quiet 50
		send 4
		quiet 50
		send ?
		wait filter
		send \e
		quiet 100
		send q
		quiet 50
		send q
	END
	clears=$(count '\e[2J')
	[ "$clears" -le 1 ]
	on_pty 80 24 "$WFCTL" tui @latest <<-'END'
		wait ? hel
		quiet 50
		send \x0c
		wait ? hel
		size 90 25
		wait ? hel
		send q
		quiet 50
		send q
	END
	# Curses may tell of one change of size twice.
	[ "$(count '\e[2J')" -le $((clears + 3)) ]
}

@test "Ctrl+S stops nothing" {
	on_pty 80 24 "$WFCTL" tui <<-'END'
		wait no runs yet
		send \x13
		send ?
		wait filter
		send \x11
		send \e
		quiet 100
		send q
	END
	same 0 "$status"
}

@test "Esc closes at once, and its late tail is no command" {
	flow one <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	wfctl run one.yaml --progress quiet
	# A slow machine may need more than the half second the tail has.
	for _ in 1 2 3; do
		on_pty 80 24 "$WFCTL" tui @latest <<-'END'
			wait ? hel
			send ?
			wait filter
			send \e
			quiet 40
			send Oq
			quiet 60
			send q
			wait wfctl > runs
			send \r
			wait 1 Steps
			send q
			quiet 50
			send q
		END
		[ "$status" = 0 ] && return
	done
	same 0 "$status"
}

@test "what is typed after Esc and a bracket is not swallowed" {
	on_pty 80 24 "$WFCTL" tui <<-'END'
		wait no runs yet
		send \e
		quiet 40
		send [
		quiet 10
		send \x03
		wait Leave this screen
		send d
	END
	same 0 "$status"
}

# How long it takes until all is painted that Esc changes (ms), five times.
closing_times() {
	on_pty 80 24 "$WFCTL" tui @latest <<-END
		wait ? hel
		$(for _ in 1 2 3 4 5; do
			printf 'send ?\nwait filter\nquiet 100\npaint 1 \\e\n'
		done)
		send qq
	END
	[ "$status" = 0 ] && grep -o 'median [0-9]*' <<<"$output" | cut -d' ' -f2
}

@test "Esc alone closes a dialog within 100 ms" {
	flow one <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	wfctl run one.yaml --progress quiet
	local best=1000 ms
	for ms in $(closing_times); do
		[ "$ms" -gt "$best" ] || best=$ms
	done
	[ "$best" -lt 100 ] || { echo "$best ms"; return 1; }
}

# In the list of keys the arrow moves on from "the steps" to "the graph",
# which Enter would open; C would ask whether to stop the run.
@test "an arrow cut in two is one after 10 ms, and Esc and nothing after 200" {
	flow one <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	wfctl run one.yaml --progress quiet
	# On a busy machine 10 ms may become many.
	for _ in 1 2 3 4 5; do
		on_pty 80 24 "$WFCTL" tui @latest <<-'END'
			wait ? hel
			send ?
			wait filter
			quiet 50
			send \e
			pause 10
			send [B
			quiet 50
			send \r
			wait [2 Graph]
			send ?
			wait filter
			quiet 50
			send \e
			pause 200
			send [C
			quiet 600
			send q
			wait wfctl > runs
			send q
		END
		[ "$status" = 0 ] && break
	done
	same 0 "$status"
	same 0 "$(count 'Stop run')"
}

@test "a sequence cut in two is one key where ESCDELAY says so" {
	flow two <<-'END'
		steps: [{ id: a, run: "true" }, { id: b, run: "true" }]
	END
	wfctl run two.yaml --progress quiet
	on_pty 80 24 env ESCDELAY=5000 "$WFCTL" tui @latest <<-'END'
		wait ? hel
		send \e
		quiet 60
		send OB
		quiet 60
		send 6\x0c
		wait Step b
		send q
		quiet 50
		send q
	END
	same 0 "$status"
}

@test "the mouse is left alone until it is asked for, and given back" {
	on_pty 80 24 "$WFCTL" tui <<-'END'
		wait no runs yet
		quiet 50
		send q
	END
	same 0 "$(count '\e[?1000h')"
	on_pty 80 24 "$WFCTL" tui <<-'END'
		wait no runs yet
		send M
		wait 1000
		send q
	END
	same 0 "$status"
	put_back
}

@test "a store that goes away under the screen is told, and q still leaves" {
	flow one <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	wfctl run one.yaml --progress quiet
	cp -r "$WFCTL_STATE" other
	on_pty 80 24 "$WFCTL" tui <<-END
		wait one
		do rm -rf '$WFCTL_STATE'
		quiet 50
		send \r
		quiet 100
		send N
		quiet 50
		send \x03
		quiet 50
		send \e
		quiet 100
		do cp -r other '$WFCTL_STATE'
		send \x0c
		quiet 100
		send \e
		quiet 100
		send q
		quiet 100
		send q
	END
	same 0 "$status"
	put_back
}

@test "a locked store never stops the screen" {
	flow one <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	wfctl run one.yaml --progress quiet
	command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
	mkfifo hold
	sqlite3 "$WFCTL_STATE/store.db" <hold >/dev/null 3>&- &
	exec 9>hold
	echo 'BEGIN EXCLUSIVE;' >&9
	on_pty 80 24 "$WFCTL" tui @latest <<-'END'
		wait one
		send 5
		quiet 50
		send q
		wait wfctl > runs
		send q
	END
	exec 9>&-
	same 0 "$status"
}

@test "terminals without a description get a cousin's, never a bare error" {
	flow one <<-'END'
		steps: [{ id: a, run: "true" }]
	END
	wfctl run one.yaml --progress quiet
	for PTY_TERM in screen-256color xterm-unheard-of footling nonsense \
		xterm-kitty foot; do
		on_pty 80 24 "$WFCTL" tui @latest <<-'END'
			wait ? hel
			send q
			quiet 50
			send q
		END
		same 0 "$status" || { echo "TERM=$PTY_TERM"; return 1; }
	done
	for PTY_TERM in '' dumb; do
		on_pty 80 24 "$WFCTL" tui @latest <<<''
		same 2 "$status"
		on_pty 80 24 "$WFCTL" run one.yaml <<<''
		same 0 "$status"
		same 0 "$(count '\e')"
	done
}

@test "where the locale is not UTF-8 only 7-bit bytes are written" {
	flow one <<-'END'
		steps: [{ id: a, run: "echo \u00fc" }]
	END
	wfctl run one.yaml --progress quiet
	for PTY_LOCALE in C POSIX xx_YY.nonsense; do
		for command in 'tui @latest' 'run one.yaml' \
			'run one.yaml --progress plain'; do
			# shellcheck disable=SC2086
			on_pty 80 24 "$WFCTL" $command <<-'END'
				wait a
				quiet 100
				send q
				quiet 50
				send q
			END
			! LC_ALL=C grep -aq '[^ -~[:space:][:cntrl:]]' record ||
				{ echo "LC_ALL=$PTY_LOCALE $command"; return 1; }
		done
	done
}
