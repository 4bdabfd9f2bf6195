# Going on from every end a run can have, and the requests that combine.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

did() {
	xargs <trace
}

# Three steps in a row, of which the second does what BODY says; undone in
# reverse.
chain() {
	flow f <<-END
	order: chain
	on_failure: $1
	steps:
	- {id: a, run: 'echo a >>trace', undo: 'echo -a >>trace'}
	- {id: b, run: '$2', undo: '${3:-echo -b >>trace}'}
	- {id: c, run: 'echo c >>trace'}
	END
}

@test "resume of a failed run runs what failed and what follows" {
	chain stop 'echo b >>trace; test -e go'
	expect 1 wfctl run -q f.yaml
	touch go
	expect 0 wfctl resume -q f
	same "a b b c" "$(did)"
}

@test "resume of a rolled back run runs it all again" {
	chain rollback 'echo b >>trace; test -e go'
	expect 6 wfctl run -q f.yaml
	touch go
	expect 0 wfctl resume -q f
	same "a b -b -a a b c" "$(did)"
}

@test "resume of a run whose rollback failed is refused, and says what helps" {
	chain rollback 'echo b >>trace; test -e go' 'echo -b >>trace; test -e undo'
	expect 7 wfctl run -q f.yaml
	touch go
	expect 9 wfctl resume -q f
	err_has "retry the undo"
	same "a b -b" "$(did)"
	touch undo
	expect 6 wfctl retry -q f b
	same "a b -b -b -a" "$(did)"
	expect 0 wfctl resume -q f
	same "a b -b -b -a a b c" "$(did)"
}

@test "resume of a cancelled run runs what was cancelled" {
	chain stop 'echo b >>trace; test -e go || exec sleep 300'
	id=$(wfctl run -d f.yaml)
	wait_for grep -q b trace
	expect 0 wfctl cancel "$id"
	wait_for is cancelled "$id"
	touch go
	expect 0 wfctl resume -q "$id"
	same "a b b c" "$(did)"
}

@test "resume of a paused run goes on" {
	chain stop 'echo b >>trace; until test -e go; do sleep 0.02; done'
	id=$(wfctl run -d f.yaml)
	wait_for grep -q b trace
	expect 0 wfctl pause "$id"
	touch go
	wait_for is paused "$id"
	expect 0 wfctl resume -q "$id"
	same "a b c" "$(did)"
}

@test "resume of an interrupted run starts nothing again" {
	chain stop 'echo b >>trace; until test -e go; do sleep 0.02; done'
	id=$(wfctl run -d f.yaml)
	wait_for grep -q b trace
	kill -9 "$(ask "$id" .engine.pid)"
	wait_for is interrupted "$id"
	touch go
	expect 0 wfctl resume -q "$id"
	same "a b c" "$(did)"
}

@test "resume of a waiting run waits on, and its answer is heard" {
	flow f <<-'END'
	steps:
	- {id: ok, approval: {prompt: May it?}}
	- {id: a, needs: [ok], run: 'echo a >>trace'}
	END
	expect 5 wfctl run -q f.yaml
	expect 5 wfctl resume -q f
	expect 0 wfctl approve f ok
	wait_for is succeeded f
	same a "$(did)"
}

@test "resume of a succeeded run does nothing" {
	chain stop 'echo b >>trace'
	expect 0 wfctl run -q f.yaml
	expect 0 wfctl resume -q f
	same "a b c" "$(did)"
}

@test "resume of a partial run does nothing either" {
	flow f <<-'END'
	steps:
	- {id: a, run: 'echo a >>trace; exit 1', on_failure: ignore}
	- {id: b, needs: [a], run: 'echo b >>trace'}
	END
	expect 4 wfctl run -q f.yaml
	expect 0 wfctl resume -q f
	same "a b" "$(did)"
}

# A run of a, b and c that failed at b; another definition in which c does
# more.
other() {
	flow f <<-'END'
	order: chain
	steps:
	- {id: a, run: 'echo a >>trace'}
	- {id: b, env: {W: old}, retry: 1, run: 'echo b$W >>trace; test -e go'}
	- {id: c, run: 'echo c >>trace'}
	END
	expect 1 wfctl run -q f.yaml
	same "a bold bold" "$(did)"
	sed 's/echo c /echo C /' f.yaml >g.yaml
	: >trace
}

@test "retry with another definition and another environment" {
	other
	touch go
	expect 0 wfctl retry -q f b --flow g.yaml --env W=new
	same "bnew C" "$(did)"
}

@test "retry with another definition and all that follows" {
	other
	touch go
	expect 0 wfctl retry -q f a --downstream --flow g.yaml
	same "a bold C" "$(did)"
}

@test "retry with another definition, its tries counted anew" {
	other
	expect 1 wfctl retry -q f b --reset --flow g.yaml
	same "bold bold" "$(did)"
	: >trace
	touch go
	expect 0 wfctl retry -q f b --reset --downstream --flow g.yaml --env W=x
	same "bx C" "$(did)"
}
