# Steps on another machine: a real ssh server, on this machine's loopback.
#
# SPDX-License-Identifier: GPL-3.0-or-later

# A server of our own: keys, configuration and port.
setup_file() {
	local dir=$BATS_FILE_TMPDIR tries
	server=$(PATH=$PATH:/usr/sbin command -v sshd) || return 0
	command -v ssh >/dev/null || return 0
	mkdir "$dir/tmp"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/host"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
	cp "$dir/key.pub" "$dir/authorized"
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	for tries in {1..50}; do
		port=$((20000 + RANDOM % 12000))
		cat >"$dir/sshd_config" <<-END
		ListenAddress 127.0.0.1:$port
		HostKey $dir/host
		AuthorizedKeysFile $dir/authorized
		PidFile $dir/pid
		StrictModes no
		UsePAM no
		PasswordAuthentication no
		PermitRootLogin prohibit-password
		SetEnv TMPDIR=$dir/tmp
		END
		"$server" -f "$dir/sshd_config" -E "$dir/log" && break
		port=
	done
	[ -n "$port" ] || return 1
	cat >"$dir/config" <<-END
	Host there
	HostName 127.0.0.1
	Port $port
	User $(id -un)
	IdentityFile $dir/key
	StrictHostKeyChecking no
	UserKnownHostsFile /dev/null
	LogLevel ERROR
	END
}

setup() {
	[ -e "$BATS_FILE_TMPDIR/config" ] ||
		skip "openssh-server or openssh-client is not installed"
	load ../lib.sh
	fresh
	there="{ ssh: { host: there, options: [-F, $BATS_FILE_TMPDIR/config] } }"
}
teardown() { stop_all; }

teardown_file() {
	local pid
	pid=$(cat "$BATS_FILE_TMPDIR/pid" 2>/dev/null) || return 0
	kill "$pid"
}

# What the steps had in folders of their own is gone with them.
nothing_left() {
	[ -z "$(ls "$BATS_FILE_TMPDIR/tmp" | grep '^step')" ]
}

# Does any process there carry the key of a step of the run?
lives() {
	grep -qsazE "^WFCTL_KEY=$1-[0-9]+$" /proc/[0-9]*/environ
}
is_gone() {
	! lives "$1"
}
latest() {
	wfctl show @latest -o json | jq -r .id
}

@test "ssh: output, input, outputs and status come and go" {
	flow far <<-END
	params: { nasty: "it's \$(x) \"q\" \`y\` é\\\\ \\nline2 " }
	defaults: { executor: $there }
	steps:
	- id: a
	  stdin: "one\\ntwo"
	  run: |
	    echo to the log; echo also >&2; cat
	    echo "here=\$SSH_CONNECTION" | cut -c1-7
	    printf 'out<<X\\n%s\\nX\\n' "\$WFCTL_PARAM_nasty" >>"\$WFCTL_OUTPUT"
	  outputs: { out: string }
	- id: b
	  needs: [a]
	  argv: [printf, "%s|", "\${{ steps.a.outputs.out }}", "", "a b", "\$HOME"]
	  outputs: { stdout: words }
	- { id: c, needs: [b], run: exit 7 }
	END
	expect 1 wfctl run far.yaml
	expect 0 wfctl logs @latest a
	same $'to the log\nalso\none\ntwohere=12' "$output"
	same $'it\'s $(x) "q" `y` é\\ \nline2 ' \
		"$(ask @latest '.steps[0].outputs.out')"
	same $'it\'s $(x) "q" `y` é\\ \nline2 ||a b|$HOME|' \
		"$(ask @latest '.steps[1].outputs.words')"
	same exit "$(ask @latest '.steps[2].cause')"
	expect 0 wfctl events @latest
	has 'exit 7'
}

@test "ssh: what the login shell prints of its own, without a newline, is passed over" {
	printf '#!/bin/sh\nprintf "welcome, "\nexec ssh "$@"\n' >greeting
	chmod +x greeting
	flow greeted <<-END
	steps:
	- id: a
	  executor: ${there% \} \}}, program: $PWD/greeting } }
	  timeout: 10s
	  run: echo v=7 >>"\$WFCTL_OUTPUT"
	  outputs: { v: int }
	END
	expect 0 wfctl run greeted.yaml
	same 7 "$(ask @latest '.steps[0].outputs.v')"
}

@test "ssh: check and undo run there, too" {
	flow undo <<-END
	defaults: { executor: $there }
	on_failure: rollback
	steps:
	- id: a
	  check: test -n "\$SSH_CONNECTION" && test -e $PWD/made
	  run: test -n "\$SSH_CONNECTION" && touch $PWD/made
	  undo: test -n "\$SSH_CONNECTION" && mv $PWD/made $PWD/unmade
	- { id: b, needs: [a], run: exit 1 }
	END
	run wfctl run undo.yaml
	same rolled_back "$(state @latest)"
	[ -e unmade ]
}

@test "ssh: a secret reaches the step, and no command line, log or file" {
	flow secret <<-END
	secrets: { TOKEN: { env: TOKEN } }
	steps:
	- id: a
	  executor: $there
	  secrets: [TOKEN]
	  run: |
	    [ "\$TOKEN" = "\$(printf 'hush-%s' hush)" ]
	    echo "it is \$TOKEN"
	    touch $PWD/begun
	    until [ -e $PWD/go ]; do sleep 0.05; done
	END
	TOKEN=hush-hush wfctl run secret.yaml --detach
	wait_for test -e begun
	run grep -lsa hush-hush /proc/[0-9]*/cmdline
	same '' "$output"
	touch go
	wait_for is succeeded @latest
	run grep -rl hush-hush "$WFCTL_STATE"
	same '' "$output"
	expect 0 wfctl logs @latest a
	same 'it is ***' "$output"
}

@test "ssh: cancel ends the work over there, also what left its session" {
	flow long <<-END
	steps:
	- id: a
	  executor: $there
	  run: |
	    setsid sleep 1000 & trap 'echo asked; exit 3' TERM
	    touch $PWD/begun; sleep 1000 & wait
	END
	wfctl run long.yaml --detach
	wait_for test -e begun
	id=$(latest)
	lives "$id"
	expect 0 wfctl cancel "$id"
	wait_for is cancelled "$id"
	wait_for is_gone "$id"
	expect 0 wfctl logs "$id" a
	has asked
}

@test "ssh: a timeout ends what ignores SIGTERM over there" {
	flow slow <<-END
	steps:
	- id: a
	  executor: $there
	  timeout: 2s
	  kill_after: 500ms
	  run: trap '' TERM; while :; do sleep 1; done
	END
	expect 1 wfctl run slow.yaml
	same timeout "$(ask @latest '.steps[0].cause')"
	wait_for is_gone "$(latest)"
}

@test "ssh: cancel --now ends it at once" {
	flow long <<-END
	steps:
	- id: a
	  executor: $there
	  kill_after: 10m
	  run: trap '' TERM; touch $PWD/begun; while :; do sleep 1; done
	END
	wfctl run long.yaml --detach
	wait_for test -e begun
	id=$(latest)
	expect 0 wfctl cancel "$id" --now
	wait_for is cancelled "$id"
	wait_for is_gone "$id"
	wait_for nothing_left
}

@test "ssh: the engine is killed meanwhile, and the ending is known" {
	flow kill <<-END
	steps:
	- id: a
	  executor: $there
	  run: |
	    echo x >>$PWD/began
	    until [ -e $PWD/go ]; do sleep 0.05; done
	    echo v=7 >>"\$WFCTL_OUTPUT"
	  outputs: { v: int }
	END
	wfctl run kill.yaml --detach
	wait_for test -e began
	kill -KILL "$(ask @latest .engine.pid)"
	touch go
	expect 0 wfctl resume @latest
	same 7 "$(ask @latest '.steps[0].outputs.v')"
	same 1 "$(wc -l <began)"
}

@test "ssh: a connection that breaks leaves the step lost, and nothing over there" {
	flow lost <<-END
	steps:
	- id: a
	  executor: $there
	  kill_after: 1s
	  run: touch $PWD/begun; while :; do sleep 1; done
	END
	wfctl run lost.yaml --detach
	wait_for test -e begun
	id=$(latest)
	for p in $(ours; pgrep -x ssh); do
		grep -qzxF -- "-F" "/proc/$p/cmdline" 2>/dev/null &&
			grep -qzF "$BATS_FILE_TMPDIR/config" "/proc/$p/cmdline" &&
			kill -KILL "$p"
	done
	wait_for is lost "$id" a
	expect 0 wfctl show "$id"
	has 'the connection to there broke'
	wait_for is_gone "$id"
	wait_for nothing_left
}

@test "ssh: what cannot begin fails with cause spawn and says why" {
	flow never <<-END
	defaults: { executor: $there, on_lost: fail }
	on_failure: continue
	steps:
	- id: refused
	  executor: { ssh: { host: 127.0.0.1, port: 1 } }
	  run: touch never
	- { id: folder, workdir: /no/such/folder, run: touch never }
	- id: client
	  executor: { ssh: { host: there, program: no-such-ssh } }
	  run: touch never
	END
	expect 1 wfctl run never.yaml
	same 'spawn spawn spawn' "$(ask @latest '[.steps[].cause] | join(" ")')"
	expect 0 wfctl events @latest
	has 'Connection refused'
	has 'cannot enter /no/such/folder'
	has 'there is no program "no-such-ssh" here'
	[ ! -e never ]
}

@test "ssh: long scripts, working directory, limits and heartbeats" {
	mkdir elsewhere
	{
		echo 'version: 1'
		echo "defaults: { executor: $there }"
		echo 'steps:'
		echo '- id: long'
		echo '  run: |'
		printf '    : line %d of a long script\n' {1..6000}
		echo '    echo the end'
		cat <<-END
		- id: limits
		  workdir: $PWD/elsewhere
		  nice: 5
		  limits: { open_files: 77, cpu_time: 100s }
		  run: pwd; ulimit -n; ulimit -t; nice
		- id: quiet
		  silence: 3s
		  run: |
		    for i in 1 2 3 4 5 6 7 8 9 10; do
		      touch "\$WFCTL_HEARTBEAT"; sleep 0.5; done
		END
	} >more.yaml
	expect 0 wfctl run more.yaml
	expect 0 wfctl logs @latest long
	same 'the end' "$output"
	expect 0 wfctl logs @latest limits
	same "$PWD/elsewhere"$'\n77\n100\n5' "$output"
	nothing_left
}
