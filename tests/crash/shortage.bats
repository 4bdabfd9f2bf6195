# A machine that runs short: of disk, descriptors, processes; and one whose
# clock is set.  A run stops cleanly, can be looked at, and goes on when there
# is room again.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() {
	[ -z "${cgroup:-}" ] || echo $$ >"${cgroup%/*}/cgroup.procs"
	stop_all
	[ -z "${cgroup:-}" ] || rmdir "$cgroup" 2>/dev/null || :
	mountpoint -q "$WFCTL_STATE" && umount -l "$WFCTL_STATE"
	return 0
}

three() {
	flow it <<-'END'
	order: chain
	steps:
	- {id: a, run: 'echo a >>trace'}
	- {id: b, foreach: [p, q], run: 'echo b$WFCTL_INSTANCE >>trace'}
	- {id: c, run: 'echo c >>trace'}
	END
}

# A state directory of its own size, with a run in it that has ended.
small_disk() {
	[ "$(id -u)" = 0 ] || skip "only root can mount"
	mkdir -m 700 "$WFCTL_STATE"
	mount -t tmpfs -o "size=$1,mode=700" tmpfs "$WFCTL_STATE" 2>/dev/null ||
		skip "no mounts here"
	three
	expect 0 wfctl run -q it.yaml
}

# fill ROOM: until so many KiB are free.
fill() {
	rm -f "$WFCTL_STATE/fill"
	head -c 64m /dev/zero >"$WFCTL_STATE/fill" 2>/dev/null || :
	truncate -s "-${1}K" "$WFCTL_STATE/fill"
}

# After whatever stopped it the newest run, if there is one that had not
# ended, is resumed; then it has done each step once.
goes_on() {
	local id state
	read -r id state < <(wfctl ls -o json | jq -r '.[0] | "\(.id) \(.state)"')
	[ "$id" != "$1" ] || return 0 # it was refused before there was a run
	[ "$state" = succeeded ] || expect 0 wfctl resume -q "$id"
	same "a bp bq c" "$(sort trace | xargs)"
}

@test "any little room on the disk stops a run cleanly, and more lets it go on" {
	small_disk 4m
	local room before
	for room in 0 4 8 16 32 64 128 256 512 1024; do
		before=$(ask @latest .id)
		rm -f trace
		fill $room
		run timeout 60 "$WFCTL" run -q it.yaml
		[ "$status" -ne 124 ] || { echo "$room KiB: it hangs"; return 1; }
		[ "$status" -lt 126 ] || [ "$status" -eq 143 ] ||
			{ echo "$room KiB: died with $status"; return 1; }
		[ "$status" -eq 0 ] || [ -n "$output" ] || { echo "$room KiB: not a word"; return 1; }
		expect 0 wfctl show @latest
		rm "$WFCTL_STATE/fill"
		goes_on "$before" || { echo "$room KiB"; return 1; }
	done
}

@test "a disk that became read-only can be looked at, and goes on when it is not" {
	small_disk 8m
	before=$(ask @latest .id)
	sed -i "s/echo b/until test -e go; do sleep 0.02; done; &/" it.yaml
	rm trace
	id=$(wfctl run -d it.yaml)
	wait_for test -e trace
	wait_for is succeeded "$id" a
	kill -9 "$(ask "$id" .engine.pid)"
	touch go
	wait_for mount -o remount,ro "$WFCTL_STATE" # once its warden has left
	expect 0 wfctl show "$id"
	has interrupted
	for command in "resume $id" "run it.yaml"; do
		# shellcheck disable=SC2086
		expect 10 timeout 30 "$WFCTL" $command
		err_has "cannot be written"
	done
	mount -o remount,rw "$WFCTL_STATE"
	goes_on "$before"
}

@test "any number of descriptors stops a run cleanly" {
	three
	expect 0 wfctl run -q it.yaml
	local n before
	# With less than six the loader finds no libraries.
	for n in 6 7 8 9 10 11 12 14 16 20 28 40; do
		before=$(ask @latest .id)
		rm -f trace
		run timeout 60 prlimit --nofile=$n "$WFCTL" run -q it.yaml
		[ "$status" -ne 124 ] || { echo "$n: it hangs"; return 1; }
		[ "$status" -lt 126 ] || [ "$status" -eq 143 ] ||
			{ echo "$n: died with $status"; return 1; }
		[ "$status" -eq 0 ] || [ -n "$output" ] || { echo "$n: not a word"; return 1; }
		goes_on "$before" || { echo "$n descriptors"; return 1; }
	done
}

# A control group for so many processes.
few_processes() {
	local at
	[ "$(id -u)" = 0 ] || skip "only root can make control groups"
	for at in /sys/fs/cgroup/pids /sys/fs/cgroup; do
		cgroup=$at/wfctl-test-$$
		mkdir "$cgroup" 2>/dev/null && [ -e "$cgroup/pids.max" ] && return
		rmdir "$cgroup" 2>/dev/null || :
	done
	cgroup=
	skip "no control group counts processes here"
}

@test "any number of processes stops a run cleanly" {
	few_processes
	three
	expect 0 wfctl run -q it.yaml
	local n before
	for n in 2 3 4 5 6 8; do
		before=$(ask @latest .id)
		rm -f trace
		echo $n >"$cgroup/pids.max"
		run timeout 60 sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' \
			"$cgroup" "$WFCTL" run -q it.yaml
		[ "$status" -ne 124 ] || { echo "$n: it hangs"; return 1; }
		[ "$status" -lt 126 ] || [ "$status" -eq 143 ] || { echo "$n: died with $status"; return 1; }
		echo max >"$cgroup/pids.max"
		# A step for which there was no process has failed of that.
		[ "$(ask @latest .state)" != failed ] ||
			same spawn "$(ask @latest '[.steps[].cause | values][0]')"
		goes_on "$before" || { echo "$n processes"; return 1; }
	done
}

# The clock of all wfctl processes from here on, as a shift.
fake_clock() {
	local so
	for so in /usr/lib/*/faketime/libfaketime.so.1 /usr/lib/faketime/libfaketime.so.1; do
		[ -e "$so" ] && break
	done
	[ -e "$so" ] || skip "there is no libfaketime"
	export FAKETIME_TIMESTAMP_FILE=$PWD/clock FAKETIME_NO_CACHE=1 \
		FAKETIME_DONT_FAKE_MONOTONIC=1 LD_PRELOAD=$so
	set_clock +0
}

set_clock() {
	echo "$1" >clock.new
	mv clock.new clock
}

@test "a clock that is set while a retry waits makes it neither early nor late" {
	flow it <<-'END'
	steps:
	- {id: a, retry: {limit: 1, delay: 2s}, timeout: 1m, run: 'cut -d" " -f1 /proc/uptime >>trace; test $WFCTL_ATTEMPT = 2'}
	END
	fake_clock
	local step waited
	for step in +1h -1h +10y -10y; do
		rm -f trace
		set_clock +0
		id=$(wfctl run -d it.yaml)
		wait_for is retry_wait "$id" a
		set_clock $step
		[ "$step" != -1h ] || {
			kill -9 "$(ask "$id" .engine.pid)"
			wait_for is interrupted "$id"
			wfctl resume -d "$id"
		}
		wait_for is succeeded "$id"
		waited=$(awk 'NR == 1 { t = $1 } END { print ($1 - t >= 1.9) }' trace)
		same 1 "$waited"
	done
}
