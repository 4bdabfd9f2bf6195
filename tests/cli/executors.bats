# Steps in containers and jobs, with stand-ins for docker and Slurm.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	export CLIENTS=$BATS_TEST_TMPDIR/clients
	mkdir "$CLIENTS"
	PATH=$BATS_TEST_DIRNAME/clients:$PATH
}
teardown() {
	stop_all
	local pid
	for pid in $(cat "$CLIENTS"/*/*/{pid,daemon,node} 2>/dev/null); do
		kill -KILL -- "-$pid" 2>/dev/null || :
	done
}

# both COMMAND...: once with each executor; $where says which.
both() {
	for where in docker slurm; do
		case $where in
		docker) executor='{ docker: { image: debian } }' ;;
		slurm) executor='{ slurm: { partition: short } }' ;;
		esac
		rm -f begun go
		echo "with $where"
		"$@" # in no condition: there a command may fail unnoticed
	done
}
carried() {
	flow far <<-END
	params: { nasty: "it's \$(x) \"q\" \`y\` é\\\\ \\nline2 " }
	defaults: { executor: $executor }
	steps:
	- id: a
	  stdin: "one\\ntwo"
	  env: { PATH: "$PATH:/of/the/step", HOME: /there }
	  run: |
	    echo to the log; cat; echo "\$PATH" | grep -c /of/the/step >&2
	    echo "\$HOME"
	    printf 'out<<X\\n%s\\nX\\n' "\$WFCTL_PARAM_nasty" >>"\$WFCTL_OUTPUT"
	  outputs: { out: string }
	- id: b
	  needs: [a]
	  argv: [printf, "%s|", "\${{ steps.a.outputs.out }}", "", "a b", "\$HOME"]
	  outputs: { stdout: words }
	- { id: c, needs: [b], run: exit 7 }
	END
	expect 1 wfctl run far.yaml
	same $'it\'s $(x) "q" `y` é\\ \nline2 ' \
		"$(ask @latest '.steps[0].outputs.out')"
	same $'it\'s $(x) "q" `y` é\\ \nline2 ||a b|$HOME|' \
		"$(ask @latest '.steps[1].outputs.words')"
	expect 0 wfctl events @latest
	has 'exit 7'
	expect 0 wfctl logs @latest a
	has 'to the log'
	has $'one\ntwo'
	has /there
}

@test "output, input, variables, outputs and status come and go" {
	both carried
}

secret() {
	flow secret <<-END
	secrets: { TOKEN: { env: TOKEN }, HOME: { file: home } }
	steps:
	- id: a
	  executor: $executor
	  secrets: [TOKEN, HOME]
	  run: |
	    [ "\$TOKEN" = "\$(printf 'hush-%s' hush)" ]
	    echo "it is \$TOKEN, \$HOME"
	    touch $PWD/begun
	    until [ -e $PWD/go ]; do sleep 0.05; done
	END
	echo quiet-place >home
	TOKEN=hush-hush wfctl run secret.yaml --detach
	wait_for test -e begun
	run grep -lsaE 'hush-hush|quiet-place' /proc/[0-9]*/cmdline
	same '' "$output"
	touch go
	wait_for is succeeded @latest
	run grep -rlE 'hush-hush|quiet-place' "$WFCTL_STATE" "$CLIENTS/asked"
	same '' "$output"
	expect 0 wfctl logs @latest a
	same 'it is ***, ***' "$output"
}

@test "a secret reaches the step, and no command line, log or file of ours" {
	both secret
}

cancelled() {
	flow long <<-END
	steps:
	- id: a
	  executor: $executor
	  kill_after: ${2:-10m}
	  run: |
	    trap '$1' TERM; touch $PWD/begun
	    until [ -e $PWD/go ]; do sleep 0.05; done
	END
	wfctl run long.yaml --detach
	wait_for test -e begun
	expect 9 wfctl pause @latest a
	err_has 'its processes run elsewhere and cannot be paused'
	expect 0 wfctl cancel @latest ${3:-}
	wait_for is cancelled @latest
	wait_for not grep -qsaz "^WFCTL_OUTPUT=$WFCTL_STATE" /proc/[0-9]*/environ
	run ls "$CLIENTS/containers"
	[ -z "$output" ] || [ "$where" = slurm ]
}
not() { ! "$@"; }

@test "cancel ends the work politely" {
	both cancelled 'exit 3'
	grep -q 'docker kill --signal TERM' "$CLIENTS/asked"
	grep -q 'scancel .*--signal=TERM' "$CLIENTS/asked"
}

@test "after kill_after it is ended by force" {
	both cancelled '' 300ms
	grep -q 'docker kill --signal KILL' "$CLIENTS/asked"
}

@test "cancel --now does not wait" {
	both cancelled '' 10m --now
}

timed_out() {
	flow slow <<-END
	steps:
	- id: a
	  executor: $executor
	  timeout: 1s
	  kill_after: 200ms
	  run: trap '' TERM; while :; do sleep 0.1; done
	END
	expect 1 wfctl run slow.yaml
	same timeout "$(ask @latest '.steps[0].cause')"
	wait_for not grep -qsaz "^WFCTL_OUTPUT=$WFCTL_STATE" /proc/[0-9]*/environ
}

@test "a timeout ends what ignores SIGTERM" {
	both timed_out
}

found_again() {
	flow kill <<-END
	steps:
	- id: a
	  executor: $executor
	  run: |
	    echo x >>$PWD/began.$where; touch $PWD/begun
	    until [ -e $PWD/go ]; do sleep 0.05; done
	    echo v=7 >>"\$WFCTL_OUTPUT"
	    echo the end
	  outputs: { v: int }
	END
	wfctl run kill.yaml --detach
	wait_for test -e begun
	kill -KILL $(carriers)
	wait_for seeks
	touch go
	wait_for is succeeded @latest
	same 7 "$(ask @latest '.steps[0].outputs.v')"
	same 1 "$(wc -l <"began.$where")"
	expect 0 wfctl events @latest
	has 'look for it'
}
# Carriers of this test, by the run they carry a step of.
carriers() {
	local id p
	id=$(ask @latest .id)
	for p in $(pgrep -f '^stepcarrier '); do
		grep -qzE "^WFCTL_KEY=$id-" "/proc/$p/environ" && echo "$p"
	done
}
seeks() {
	wfctl events @latest | grep -q 'look for it'
}

@test "its client is killed: the work goes on, is found again, and did not run twice" {
	both found_again
}

found_with_secret() {
	flow quiet <<-END
	secrets: { TOKEN: { env: TOKEN } }
	steps:
	- id: a
	  executor: $executor
	  secrets: [TOKEN]
	  run: |
	    echo "v=\$TOKEN" >>"\$WFCTL_OUTPUT"
	    echo n=7 >>"\$WFCTL_OUTPUT"
	    touch $PWD/begun
	    until [ -e $PWD/go ]; do sleep 0.05; done
	  outputs: { n: int }
	END
	TOKEN=hush-hush wfctl run quiet.yaml --detach
	wait_for test -e begun
	kill -KILL $(carriers)
	wait_for seeks
	touch go
	wait_for is succeeded @latest
	same 7 "$(ask @latest '.steps[0].outputs.n')"
	run grep -rl hush-hush "$WFCTL_STATE"
	same '' "$output"
}

@test "its client is killed: the outputs of a step with secrets are not lost" {
	both found_with_secret
}

killed_all() {
	flow kill <<-END
	steps:
	- id: a
	  executor: $executor
	  run: |
	    echo x >>$PWD/began.$where; touch $PWD/begun
	    until [ -e $PWD/go ]; do sleep 0.05; done
	    echo v=7 >>"\$WFCTL_OUTPUT"
	  outputs: { v: int }
	END
	wfctl run kill.yaml --detach
	wait_for test -e begun
	pid=$(ask @latest .engine.pid)
	kill -KILL "$pid" $(pgrep -P "$pid") $(carriers)
	touch go
	expect 0 wfctl resume @latest
	same 7 "$(ask @latest '.steps[0].outputs.v')"
	same 1 "$(wc -l <"began.$where")"
}

@test "engine, warden and client are killed: the ending is found" {
	both killed_all
}

@test "docker: what is gone and was not seen to end is lost" {
	flow lost <<-END
	steps:
	- id: a
	  executor: { docker: { image: debian } }
	  run: touch $PWD/begun; while :; do sleep 0.1; done
	END
	wfctl run lost.yaml --detach
	wait_for test -e begun
	kill -KILL $(carriers)
	wait_for seeks
	kill -KILL -- "-$(cat "$CLIENTS"/containers/*/daemon)"
	rm -rf "$CLIENTS"/containers/*
	wait_for is lost @latest a
	expect 0 wfctl show @latest
	has 'is gone'
}

@test "docker: a container that ran out of memory has cause memory" {
	touch "$CLIENTS/oom"
	flow oom <<-'END'
	steps:
	- id: a
	  executor: { docker: { image: debian } }
	  limits: { memory: 64MiB, processes: 20, open_files: 99, cpu_time: 10s }
	  run: exit 137
	END
	expect 1 wfctl run oom.yaml
	same memory "$(ask @latest '.steps[0].cause')"
	grep -qF -- '--memory=67108864 --pids-limit=20 --ulimit=cpu=10 --ulimit=nofile=99' \
		"$CLIENTS/asked"
}

@test "docker: settings become words, and relative volumes begin at the flow" {
	flow words <<-'END'
	params: { tag: "12" }
	steps:
	- id: a
	  executor:
	    docker:
	      image: debian:${{ params.tag }}
	      pull: always
	      volumes: [".:/src:ro", "/data:/data"]
	      network: none
	      user: "1000:1000"
	      workdir: /
	      options: [--read-only=true]
	  run: echo hi
	END
	expect 0 wfctl run words.yaml
	words=$(grep '^docker create' "$CLIENTS/asked")
	for w in --pull=always --network=none --user=1000:1000 --workdir=/ \
		"--volume $PWD/.:/src:ro" "--volume /data:/data" \
		"--read-only=true --entrypoint /bin/sh debian:12 -eu -c echo hi"; do
		[[ $words == *"$w"* ]] || { echo "no $w in $words"; return 1; }
	done
	grep -q '^docker rm --force' "$CLIENTS/asked"
}

@test "what cannot begin fails with cause spawn and says why" {
	flow never <<-'END'
	on_failure: continue
	steps:
	- { id: image, run: touch never, executor: { docker: { image: missing } } }
	- { id: word, argv: [no-such-word], executor: { docker: { image: a } } }
	- id: client
	  run: touch never
	  executor: { docker: { image: a, program: no-such-docker } }
	- { id: queue, run: touch never, executor: { slurm: { partition: nowhere } } }
	END
	expect 1 wfctl run never.yaml
	same 'spawn spawn spawn spawn' "$(ask @latest '[.steps[].cause] | join(" ")')"
	expect 0 wfctl events @latest
	has 'No such image: missing'
	has '"no-such-word": executable file not found'
	has 'there is no program "no-such-docker" here'
	has 'invalid partition specified'
	[ ! -e never ]
}

@test "slurm: settings become words; a job in the queue can be cancelled" {
	touch "$CLIENTS/pending"
	flow queue <<-'END'
	steps:
	- id: a
	  executor:
	    slurm: { partition: long, account: me, time: "01:00:00", nodes: 2,
	      ntasks: 2, cpus_per_task: 4, options: ["--gres=gpu:1"] }
	  limits: { memory: 1GiB }
	  run: touch never
	END
	wfctl run queue.yaml --detach
	wait_for grep -q '^srun' "$CLIENTS/asked"
	expect 0 wfctl cancel @latest
	wait_for is cancelled @latest
	[ ! -e never ]
	words=$(grep '^srun' "$CLIENTS/asked")
	for w in --partition=long --account=me --time=01:00:00 --nodes=2 \
		--ntasks=2 --cpus-per-task=4 --mem=1048576K --gres=gpu:1; do
		[[ $words == *" $w "* ]] || { echo "no $w in $words"; return 1; }
	done
}

@test "slurm: what Slurm ended has the cause that Slurm gives" {
	flow ended <<-'END'
	steps:
	- { id: a, run: exit 1, executor: slurm, retry: { limit: 1, only: [memory] } }
	END
	echo OUT_OF_MEMORY >"$CLIENTS/state"
	expect 1 wfctl run ended.yaml
	same 'memory 2' "$(ask @latest '.steps[0] | "\(.cause) \(.attempts | length)"')"
	echo TIMEOUT >"$CLIENTS/state"
	expect 1 wfctl run ended.yaml
	same timeout "$(ask @latest '.steps[0].cause')"
	echo NODE_FAIL >"$CLIENTS/state"
	run wfctl run ended.yaml
	same lost "$(state @latest a)"
}

@test "slurm: the accounting is asked for jobs of yesterday, too" {
	flow ended <<-'END'
	steps:
	- { id: a, run: exit 1, executor: slurm }
	END
	touch "$CLIENTS/yesterday"
	echo TIMEOUT >"$CLIENTS/state"
	expect 1 wfctl run ended.yaml
	same timeout "$(ask @latest '.steps[0].cause')"
}

@test "docker: what was created when it was cancelled is removed" {
	flow slow <<-END
	steps:
	- { id: a, run: touch $PWD/never, executor: { docker: { image: debian } } }
	END
	touch "$CLIENTS/slow"
	wfctl run slow.yaml --detach
	wait_for eval 'ls "$CLIENTS"/containers/*/status'
	expect 0 wfctl cancel @latest
	wait_for is cancelled @latest
	same '' "$(ls "$CLIENTS/containers")"
	[ ! -e never ]
}

@test "what an executor cannot do is refused when the file is read" {
	flow bad <<-'END'
	steps:
	- { id: a, run: x, executor: { ssh: { port: 3 } } }
	- { id: b, run: x, executor: { ssh: { host: a, prot: 3 } } }
	- { id: c, run: x, executor: dokcer }
	- { id: d, run: x, executor: docker }
	- { id: e, run: x, executor: slurm, limits: { processes: 3 } }
	- { id: f, run: x, executor: { docker: { image: a, pull: often } }, nice: 3 }
	- { id: g, run: x, executor: { ssh: { host: a } }, protect: [a] }
	- { id: h, wait: { for: 1s }, executor: slurm }
	- id: i
	  run: x
	  executor: slurm
	  idempotent: true
	  redundancy: { copies: 2 }
	END
	expect 3 wfctl validate bad.yaml
	for text in 'executor ssh needs its `host`' 'did you mean "port"' \
		'there is no executor "dokcer"; did you mean "docker"' \
		'executor docker needs its `image`' \
		'executor slurm cannot keep `limits.processes`' \
		'"pull" must be one of missing, always, never' \
		'executor docker cannot keep `nice`' \
		'executor ssh cannot keep `protect`' \
		'"executor" means nothing to a step that runs no command' \
		'executor slurm cannot keep `redundancy`'; do
		[[ $output$stderr == *"$text"* ]] || {
			echo "no: $text in $output$stderr"
			return 1
		}
	done
}

@test "the doctor names the clients that are here" {
	mkdir bin
	ln -s "$BATS_TEST_DIRNAME/clients/docker" bin/docker
	expect 0 env PATH="$PWD/bin" "$WFCTL" doctor -o json
	has 'ssh: no ssh, docker: docker, slurm: no srun'
}
