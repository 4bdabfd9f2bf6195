# Power loss: a file system that stops taking writes at some instant, without
# flushing its log, and is mounted anew.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() {
	stop_all
	mountpoint -q "$WFCTL_STATE" && umount -l "$WFCTL_STATE"
	return 0
}

# ext4's shutdown without flushing the log.
cut_power() {
	python3 - "$1" <<-END
	import fcntl, os, struct, sys
	fd = os.open(sys.argv[1], os.O_RDONLY)
	fcntl.ioctl(fd, 0x8004587d, struct.pack("I", 2))
	END
}

@test "what was recorded before the power went never runs again" {
	[ "$(id -u)" = 0 ] || skip "only root can mount"
	command -v mkfs.ext4 python3 >/dev/null || skip "no mkfs.ext4 or python3"
	truncate -s 64M disk
	mkfs.ext4 -q disk
	mkdir -m 700 "$WFCTL_STATE"
	mount -o loop disk "$WFCTL_STATE" 2>/dev/null || skip "no loop mounts here"
	chmod 700 "$WFCTL_STATE"
	flow it <<-'END'
	max_parallel: 2
	steps:
	- {id: each, foreach: '[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]', run: 'echo $WFCTL_INSTANCE >> trace'}
	END
	for round in 1 2 3 4 5 6 7 8; do
		rm -f trace
		id=$(wfctl run -d it.yaml)
		sleep 0.0$((RANDOM % 90 + 10))
		wfctl show "$id" -o json | jq -r \
			'.steps[] | select(.state == "succeeded") | .instance // empty' \
			>recorded
		for p in $(ours); do kill -9 "$p" 2>/dev/null || :; done
		cut_power "$WFCTL_STATE"
		umount "$WFCTL_STATE"
		mount -o loop disk "$WFCTL_STATE"
		expect 0 wfctl doctor
		run timeout 30 "$WFCTL" resume "$id"
		[ "$status" -eq 0 ] || [ "$status" -eq 5 ] || { echo "$output"; return 1; }
		for key in $(cat recorded); do
			same 1 "$(grep -cx "$key" trace)"
		done
		[ "$(wfctl show "$id" | grep -c ' lost ')" -le 2 ]
	done
}
