# Engines in trouble: two at once, a stopped one, one without room, one after
# a restart of the machine.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() {
	mountpoint -q "$WFCTL_STATE" && umount -l "$WFCTL_STATE"
	stop_all
}

# Wait for the processes in $pids: a bare `wait` would also wait for the
# clock that bats runs beside each test.

# A run whose engine has been killed while its step runs on.
interrupted() {
	flow it <<-END
	steps:
	- {id: a, run: 'echo a >> trace; until test -e go; do sleep 0.02; done'}
	- {id: b, needs: [a], run: 'echo b >> trace'}
	END
	id=$(wfctl run -d it.yaml)
	wait_for test -e trace
	kill_engine
}

kill_engine() {
	kill -9 "$(ask "$id" .engine.pid)"
	wait_for is interrupted "$id"
}

# faulty INJECTION...: the engine runs under strace, in front of us.
faulty() {
	local inject=() i
	for i; do inject+=(-e "inject=$i"); done
	timeout 20 strace -qq -o /dev/null "${inject[@]}" \
		"$WFCTL" --engine "$WFCTL_STATE" "$id" </dev/null
}

needs() {
	command -v "$1" >/dev/null || skip "there is no $1"
}

@test "many resumes at once make one engine" {
	interrupted
	for n in $(seq 64); do
		wfctl resume -d "$id" >out.$n 2>&1 3>&- &
		pids+=" $!"
	done
	wait_for is running "$id"
	touch go
	wait $pids
	wait_for is succeeded "$id"
	same "a b" "$(echo $(cat trace))"
	for n in $(seq 64); do same "$id" "$(cat out.$n)"; done
}

@test "engines started at once leave one to drive" {
	interrupted
	touch go
	for n in 1 2 3 4; do
		"$WFCTL" --engine "$WFCTL_STATE" "$id" </dev/null >/dev/null 2>&1 3>&- &
		pids+=" $!"
	done
	wait $pids
	wait_for is succeeded "$id"
	same "a b" "$(echo $(cat trace))"
}

@test "a stopped engine is not taken over, and goes on" {
	flow it <<-END
	steps:
	- {id: a, run: 'echo a >> trace; until test -e go; do sleep 0.02; done'}
	END
	id=$(wfctl run -d it.yaml)
	wait_for test -e trace
	pid=$(ask "$id" .engine.pid)
	kill -STOP "$pid"
	touch go
	wfctl resume -d "$id" >out 2>&1 3>&- &
	pids=$!
	sleep 0.5
	same "$pid" "$(ask "$id" .engine.pid)"
	kill -CONT "$pid"
	wait $pids
	wait_for is succeeded "$id"
	same a "$(cat trace)"
}

# Since Linux 6.15 the kernel tells anybody how a process ended.
kernel_tells() {
	local major minor
	IFS=.- read -r major minor _ < <(uname -r)
	[ $((major * 100 + minor)) -ge 615 ] ||
		skip "this kernel tells only a parent how a process ended"
}

@test "a warden that an earlier engine made takes no ending along" {
	kernel_tells
	flow it <<-'END'
	steps:
	- {id: a, run: 'echo $$ > trace; until test -e go; do sleep 0.02; done; exit 7'}
	END
	id=$(wfctl run -d it.yaml)
	wait_for test -s trace
	kill_engine
	wfctl resume -d "$id"
	wait_for is running "$id"
	pid=$(ask "$id" .engine.pid)
	wait_for eval 'wfctl events $id -o json | jq -e "map(select(.kind == \"engine_started\")) | length == 2"'
	kill -STOP "$pid"
	for p in $(ours); do
		[ "$(cat /proc/$p/comm)" != stepkeeper ] || kill -9 "$p"
	done
	touch go
	wait_for eval '! kill -0 $(cat trace)'
	kill -CONT "$pid"
	wait_for is failed "$id"
	same "7 exit" "$(ask "$id" '.steps[0].attempts[0] | "\(.exit_code) \(.cause)"')"
}

@test "a run whose maker died before its engine was started is taken up" {
	flow it <<-END
	steps:
	- {id: a, run: 'echo a >> trace'}
	END
	expect 0 wfctl run it.yaml
	id=$(wfctl rerun -d @latest)
	wait_for is succeeded "$id"
	CRASHING=$PROJECT/build/crash/wfctl
	[ -x "$CRASHING" ] || skip "no build with crash points"
	for point in run-stored run-made; do
		rm -f trace
		WFCTL_CRASH=$point:1 "$CRASHING" run it.yaml || :
		same queued "$(wfctl ls -o json | jq -r '.[0].state' | sed s/interrupted/queued/)"
		expect 0 wfctl resume @latest
		same a "$(cat trace)"
	done
}

@test "steps claimed ahead are begun once, whenever the engine dies" {
	CRASHING=$PROJECT/build/crash/wfctl
	[ -x "$CRASHING" ] || skip "no build with crash points"
	{
		echo 'max_parallel: 2'
		echo 'steps:'
		for n in $(seq 40); do
			echo "- {id: s$n, run: 'echo s$n >> trace'}"
		done
	} | flow short
	local point n
	for point in commit-after start-after effects-done attempt-ended; do
		for n in $((RANDOM % 3 + 4)) $((RANDOM % 6 + 8)); do
			rm -f trace
			echo >once
			id=$(WFCTL_CRASH=$point:$n:$PWD/once "$CRASHING" run -d short.yaml)
			wait_for over
			[ "$(state "$id")" = succeeded ] || expect 0 wfctl resume -q "$id"
			same 40 "$(wc -l <trace)"
			same 40 "$(sort -u trace | wc -l)"
		done
	done
}

# Its engine is not there any more, whatever became of the run.
over() {
	case $(state "$id") in succeeded | interrupted) ;; *) return 1 ;; esac
}

# A run that nobody drives yet, and whose step has not begun.
unborn() {
	CRASHING=$PROJECT/build/crash/wfctl
	[ -x "$CRASHING" ] || skip "no build with crash points"
	flow small <<-END
	steps:
	- {id: a, run: 'echo a >> trace', retry: {limit: 1, delay: 1ms}}
	- {id: b, needs: [a], run: 'echo b >> trace'}
	END
	rm -f trace
	WFCTL_CRASH=run-made:1 "$CRASHING" run small.yaml || :
	id=$(wfctl ls -o json | jq -r '.[0].id')
}

# fails CALL ERROR WHEN: one call fails, or all from there on.
fails() {
	unborn
	run faulty "$1:error=$2:when=$3"
	[ "$status" -ne 124 ] || { echo "$*: it hangs"; return 1; }
	[ "$status" -lt 128 ] || { echo "$*: died with $status"; return 1; }
	is succeeded "$id" || is failed "$id" || expect 0 wfctl resume "$id"
	same "a b" "$(echo $(cat trace))" || { echo "$*"; return 1; }
}

@test "a disk that fails once or for good costs the engine, never a step" {
	needs strace
	local call n
	for call in pwrite64:EIO fdatasync:EIO pwrite64:ENOSPC; do
		for n in 1 3 6 1+ 4+; do
			fails "${call%:*}" "${call#*:}" $n
		done
	done
}

@test "sockets that fail cost the engine, never a step" {
	needs strace
	local call n
	for call in sendto:EAGAIN sendmsg:ENOMEM recvfrom:EINTR connect:EAGAIN \
		epoll_wait:EINTR epoll_ctl:ENOMEM eventfd2:EMFILE; do
		for n in 1 3; do
			fails "${call%:*}" "${call#*:}" $n
		done
	done
}

@test "an engine killed at any disk or socket call is taken up" {
	needs strace
	local call n
	for call in pwrite64 fdatasync sendto recvfrom; do
		for n in 1 2 3 5 8 13; do
			unborn
			run faulty "$call:signal=KILL:when=$n"
			is succeeded "$id" || expect 0 wfctl resume "$id"
			same "a b" "$(echo $(cat trace))" || { echo "$call $n"; return 1; }
		done
	done
}

@test "without descriptors the engine says so, and the run goes on" {
	interrupted
	for n in 6 7 8 9 10 11 12 13 14 16; do
		run timeout 3 prlimit --nofile=$n "$WFCTL" --engine \
			"$WFCTL_STATE" "$id" </dev/null
		[ "$status" -eq 124 ] && continue # it has all it needs
		[ "$status" -lt 124 ] || { echo "$n: $status $output"; return 1; }
		[ "$status" -eq 0 ] || [ -s "$WFCTL_STATE/runs/$id/engine.log" ] ||
			[ -n "$output" ] || { echo "$n: nothing was said"; return 1; }
		same "" "$(grep lost <(wfctl show "$id") || :)"
	done
	touch go
	expect 0 wfctl resume "$id"
	same "a b" "$(echo $(cat trace))"
}

@test "who follows is told why the engine left" {
	needs strace
	interrupted
	faulty pwrite64:error=EIO:when=1+ || :
	expect 0 wfctl show "$id"
	has "gone:"
	touch go
	expect 0 wfctl resume "$id"
}

@test "a disk that is full stops the run, and room lets it go on" {
	[ "$(id -u)" = 0 ] || skip "only root can mount"
	mkdir -m 700 "$WFCTL_STATE"
	mount -t tmpfs -o size=8m,mode=700 tmpfs "$WFCTL_STATE" 2>/dev/null ||
		skip "no mounts here"
	interrupted
	head -c 16m /dev/zero >"$WFCTL_STATE/fill" 2>/dev/null || :
	touch go
	run timeout 30 "$WFCTL" resume "$id"
	[ "$status" -ne 124 ]
	expect 0 wfctl show "$id"
	rm "$WFCTL_STATE/fill"
	run timeout 30 "$WFCTL" resume "$id"
	wait_for is succeeded "$id"
	same "a b" "$(echo $(cat trace))"
}

@test "a state directory that vanished ends the engine" {
	interrupted
	wfctl resume -d "$id"
	wait_for is running "$id"
	pid=$(ask "$id" .engine.pid)
	mv "$WFCTL_STATE" elsewhere
	touch go
	wait_for eval '! kill -0 $pid'
	[ ! -e "$WFCTL_STATE/store.db" ]
	mv elsewhere "$WFCTL_STATE"
	expect 0 wfctl resume "$id"
	same "a b" "$(echo $(cat trace))"
}

@test "after a restart of the machine what was in flight is lost, once" {
	[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null ||
		skip "no private mounts here"
	interrupted
	for p in $(ours); do
		[ "$(cat /proc/$p/comm)" != stepkeeper ] || kill -9 "$p"
	done
	for p in $(ours); do kill -9 "$p" 2>/dev/null || :; done
	cat /proc/sys/kernel/random/uuid >boot
	cat >next <<-END
	mount --bind boot /proc/sys/kernel/random/boot_id
	$WFCTL resume -d $id
	while $WFCTL show $id -o json | jq -e '.engine.alive' >/dev/null; do sleep 0.05; done
	$WFCTL show $id
	$WFCTL mark $id a succeeded -m "seen in the trace"
	$WFCTL resume $id
	END
	expect 0 unshare -m sh next
	has lost
	same "a b" "$(echo $(cat trace))"
}
