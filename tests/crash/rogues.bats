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

# The processes that the events name as left over.
left_over() {
	wfctl events "$id" -o json | jq -r '.[] | select(.kind == "survivors") | .data.processes'
}

@test "what a step that succeeded leaves running is named, and lives" {
	flow it <<-END
	order: chain
	steps:
	- {id: a, run: 'sleep $nap & echo done'}
	- {id: b, run: 'setsid sleep $nap & echo done'}
	END
	id=$(wfctl run -d it.yaml)
	wait_for is succeeded "$id"
	same 2 "$(pgrep -cxf "sleep $nap")"
	same 2 "$(left_over | wc -l)"
}

@test "one that makes sessions faster than they are found goes" {
	rogue "touch up; while :; do setsid sleep $nap & setsid sh -c 'setsid sleep $nap & setsid sleep $nap & exit' & sleep 0.01; done"
}

@test "a step over its limit of processes is killed, with all of them" {
	flow it <<-END
	steps:
	- id: a
	  limits: {processes: 20}
	  run: |
	    bomb() { n=0; while [ \$n -lt 60 ]; do setsid sleep $nap & n=\$((n + 1)); done; }
	    bomb; sleep $nap
	END
	expect 1 timeout 20 "$WFCTL" run it.yaml
	[[ $(wfctl events @latest) == *limits.processes* ]]
	wait_for nobody
}

@test "one that reads the terminal gets the end of it" {
	flow it <<-'END'
	steps:
	- {id: a, run: 'cat; (: </dev/tty) 2>/dev/null && exit 3; true'}
	END
	expect 0 timeout 10 script -qec "$WFCTL run --progress plain it.yaml" /dev/null
}

@test "one that floods its log keeps its head and tail, and goes on" {
	flow it <<-'END'
	steps:
	- {id: a, limits: {log: 64KiB}, run: 'echo first; head -c 20m /dev/zero | tr "\0" x; echo; echo last'}
	END
	expect 0 timeout 30 "$WFCTL" run -q it.yaml
	[ "$(wfctl logs @latest a | wc -c)" -lt 200000 ]
	same first "$(wfctl logs @latest a | head -n 1)"
	same last "$(wfctl logs @latest a | tail -n 1)"
}

@test "a kill takes little longer than kill_after" {
	flow it <<-END
	steps:
	- {id: a, timeout: 200ms, kill_after: 500ms, run: "trap '' TERM; sleep $nap & sleep $nap; sleep $nap"}
	END
	expect 1 wfctl run it.yaml
	took=$(ask @latest '.steps[0].attempts[0] | [.started, .finished] | map(.[0:19] + "Z" | fromdate) | .[1] - .[0]')
	[ "$took" -le 10 ]
	nobody
}
