# Processes that do not want to go, on a timeout and on a cancel: none is
# left, and nothing waits for them.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	nap=4321.$BATS_TEST_NUMBER$$
}
teardown() { stop_all; }

# rogue SCRIPT: by timeout, then by cancel; each time all of it goes.
rogue() {
	local way
	for way in timeout cancel; do
		rm -f up
		cat >$way.yaml <<-END
		version: 1
		steps:
		- id: a
		  kill_after: 300ms
		  $([ $way = timeout ] && echo "timeout: 700ms" || echo "timeout: 1m")
		  run: |
		    $1
		END
		id=$(wfctl run -d $way.yaml)
		if [ $way = cancel ]; then
			wait_for test -e up
			expect 0 wfctl cancel "$id" -m enough
		fi
		wait_for settled
		same "$([ $way = timeout ] && echo timeout || echo null)" \
			"$(ask "$id" '.steps[0].attempts[0].cause' | sed 's/cancelled/null/')"
		wait_for nobody
	done
}

settled() {
	case $(state "$id") in failed | cancelled) ;; *) return 1 ;; esac
}

nobody() {
	! pgrep -xf "sleep $nap"
}

@test "a plain child goes" {
	rogue "touch up; sleep $nap"
}

@test "one that ignores SIGTERM is killed" {
	rogue "trap '' TERM; touch up; sleep $nap & wait; sleep $nap"
}

@test "one in a session of its own is found" {
	rogue "setsid sleep $nap & touch up; sleep $nap"
}

@test "one forked twice, with its parent gone, is found" {
	rogue "(setsid sh -c 'sleep $nap & sleep $nap &' &); touch up; sleep $nap"
}

@test "one that is stopped goes" {
	rogue "touch up; kill -STOP \$\$; sleep $nap"
}

@test "one whose environment is empty is found by its parents" {
	rogue "env -i setsid sleep $nap & touch up; sleep $nap"
}

@test "background children that hold the output do not hold the run" {
	flow it <<-END
	steps:
	- {id: a, run: 'sleep 60 & echo done'}
	END
	expect 0 timeout 10 "$WFCTL" run it.yaml
}
