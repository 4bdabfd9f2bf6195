# Concurrency groups: runs that stand in line, give up, or take a place.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
}

teardown() {
	touch go
	stop_all
}

# grouped POLICY: a flow whose run lasts until the file "go" is there.
grouped() {
	flow f <<-END
		params: { n: 1 }
		concurrency: { group: "site", policy: $1 }
		steps:
		  - id: a
		    env: { N: "\${{ params.n }}" }
		    run: echo "\$N" >>out; until [ -e go ]; do sleep 0.05; done
	END
}

first_runs() {
	expect 0 wfctl run f.yaml -d
	first=$output
	wait_for test -s out
}

@test "the second run of a group is queued until the first has ended" {
	grouped queue
	first_runs
	expect 0 wfctl run f.yaml -d -p n=2
	second=$output
	wait_for is queued "$second"
	touch go
	wait_for is succeeded "$second"
	same "1
2" "$(cat out)"
	same succeeded "$(state "$first")"
}

@test "those in line come in their order" {
	grouped queue
	first_runs
	for n in 2 3 4; do
		expect 0 wfctl run f.yaml -d -p n=$n
		last=$output
		wait_for is queued "$last"
		wait_for grep -q queued <(wfctl events "$last")
	done
	touch go
	wait_for is succeeded "$last"
	same "1 2 3 4" "$(xargs <out)"
}

@test "skip: the second run ends cancelled at once and says why" {
	grouped skip
	first_runs
	expect 8 wfctl run f.yaml --progress quiet
	expect 0 wfctl events @latest
	has "group \"site\" is held by run $first"
	touch go
	wait_for is succeeded "$first"
	expect 0 wfctl run f.yaml --progress quiet
}

@test "--no-wait does not stand in line" {
	grouped queue
	first_runs
	expect 8 wfctl run f.yaml --no-wait --progress quiet
}

@test "cancel: the older run makes room for the younger" {
	grouped cancel
	first_runs
	expect 0 wfctl run f.yaml -d -p n=2
	second=$output
	wait_for is cancelled "$first"
	touch go
	wait_for is succeeded "$second"
	expect 0 wfctl events "$first" --decisions
	has "run $second of the same group takes its place"
}

@test "a queued run can be cancelled" {
	grouped queue
	first_runs
	expect 0 wfctl run f.yaml -d
	second=$output
	wait_for is queued "$second"
	expect 0 wfctl cancel "$second"
	wait_for is cancelled "$second"
	touch go
	wait_for is succeeded "$first"
	same 1 "$(wc -l <out)"
}

@test "an interrupted run keeps its place" {
	grouped queue
	first_runs
	kill -9 "$(ask "$first" .engine.pid)"
	expect 0 wfctl run f.yaml -d -p n=2
	second=$output
	wait_for is queued "$second"
	touch go
	expect 0 wfctl resume "$first" --progress quiet
	wait_for is succeeded "$second"
	same "1
2" "$(cat out)"
}

@test "a run that is resumed stands in line again" {
	flow f <<-END
		concurrency: { group: site }
		steps:
		  - { id: a, run: "[ -e ok ]" }
	END
	expect 1 wfctl run f.yaml --progress quiet
	failed=$(wfctl ls -o json | jq -r '.[0].id')
	grouped queue
	first_runs
	touch ok
	expect 0 wfctl resume "$failed" -d
	wait_for is queued "$failed"
	touch go
	wait_for is succeeded "$failed"
}
