# Going on with another definition: what is kept, what runs again, and why.
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

# A run of a, b, old and c, in which c has failed.
broken() {
	flow f <<-'END'
		steps:
		  - { id: a, outputs: { v: string }, run: 'echo a >>out; echo v=1 >>"$WFCTL_OUTPUT"' }
		  - { id: b, needs: [a], run: echo b >>out }
		  - { id: old, run: echo old >>out }
		  - { id: c, needs: [b], env: { V: "${{ steps.a.outputs.v }}" }, run: "echo c $V >>out; exit 1" }
	END
	expect 1 wfctl run f.yaml --progress quiet
	id=$(ask f .id)
	sed -e 's/; exit 1//' -e '/id: old/d' f.yaml >new.yaml
	echo '  - { id: d, needs: [c], run: echo d >>out }' >>new.yaml
}

@test "resume --flow keeps what is the same and runs the rest" {
	broken
	sed -i '/id: a/i\  - { id: first, run: echo first >>out }' new.yaml
	rm out
	expect 0 wfctl resume "$id" --flow new.yaml --progress quiet
	same "c 1 d first" "$(sort out | xargs)"
	same "first a b c d" "$(ask "$id" '[.steps[].id] | join(" ")')"
	same 2 "$(ask "$id" '.steps[] | select(.id == "c") | .attempts | length')"
	same 1 "$(ask "$id" '.steps[] | select(.id == "a") | .attempts | length')"
}

@test "a dry run says of each step what becomes of it" {
	broken
	expect 0 wfctl resume "$id" --flow new.yaml -n -o json
	same "$output" "$(wfctl plan "$id" --flow new.yaml -o json)"
	before=$(cat out)
	for row in a/same/reuse b/same/reuse c/changed/run d/added/run old/removed/drop; do
		jq -e --arg row "$row" '[.. | objects | select(.change) |
			"\(.step)/\(.change)/\(.what)"] | index($row)' \
			<<<"$output" >/dev/null || { echo "no $row in $output"; return 1; }
	done
	same "$before" "$(cat out)"
	same failed "$(state "$id")"
}

@test "a changed step that had succeeded runs again, and what needs it" {
	broken
	sed -i 's/echo b /echo B /' new.yaml
	rm out
	expect 0 wfctl retry "$id" --flow new.yaml --progress quiet
	same "B c 1 d" "$(xargs <out)"
	expect 0 wfctl events "$id" --decisions
	has "another definition"
}

@test "the run goes on with the new definition after a crash, too" {
	broken
	sed -i 's/echo c/until [ -e go ]; do sleep 0.05; done; echo c/' new.yaml
	expect 0 wfctl resume "$id" --flow new.yaml -d
	wait_for is running "$id" c
	kill -9 "$(ask "$id" .engine.pid)"
	touch go
	expect 0 wfctl resume "$id" --progress quiet
	same succeeded "$(state "$id" d)"
	same "c 1" "$(tail -2 out | head -1)"
}

@test "a third definition follows the second" {
	broken
	expect 0 wfctl resume "$id" --flow new.yaml --progress quiet
	echo '  - { id: e, needs: [d], run: echo e >>out }' >>new.yaml
	rm out
	expect 0 wfctl resume "$id" --flow new.yaml --progress quiet
	same e "$(xargs <out)"
	same "a b c d e" "$(ask "$id" '[.steps[].id] | join(" ")')"
}

@test "a running step is not changed under its own feet" {
	flow f <<-'END'
		steps:
		  - { id: a, run: "touch here; until [ -e go ]; do sleep 0.05; done" }
	END
	expect 0 wfctl run f.yaml -d
	id=$output
	wait_for test -e here
	echo '  - { id: b, run: "true" }' >>f.yaml
	expect 9 wfctl resume "$id" --flow f.yaml -d
	err_has "is running"
}

@test "a new required param is refused, a new default is taken" {
	broken
	{ echo 'params: { p: { type: string, required: true } }'; cat new.yaml; } >more.yaml
	expect 9 wfctl resume "$id" --flow more.yaml
	err_has 'needs the param "p"'
	sed -i 's/required: true/default: x/' more.yaml
	expect 0 wfctl resume "$id" --flow more.yaml --progress quiet
	same x "$(ask "$id" .params.p)"
}

@test "a group keeps its outputs" {
	flow f <<-'END'
		steps:
		  - { id: each, foreach: [x, y], outputs: { v: string }, run: 'echo i >>out; echo "v=$WFCTL_INSTANCE" >>"$WFCTL_OUTPUT"' }
		  - { id: c, needs: [each], run: exit 1 }
	END
	expect 1 wfctl run f.yaml --progress quiet
	sed -i 's/run: exit 1/env: { V: "${{ steps.each.outputs.v }}" }, run: echo "$V" >>out/' f.yaml
	expect 0 wfctl resume f --flow f.yaml --progress quiet
	same 'i i [x,y]' "$(tr -d '"' <out | xargs)"
}

@test "what changed is undone first by its old definition, when wanted" {
	flow f <<-'END'
	order: chain
	steps:
	- {id: a, run: 'echo a >>trace', undo: 'echo undo a >>trace'}
	- {id: b, run: 'echo b >>trace', undo: 'echo old undo b >>trace'}
	- {id: c, run: 'echo c >>trace', undo: 'echo undo c >>trace'}
	- {id: d, run: 'test -e ok'}
	END
	expect 1 wfctl run f.yaml
	flow f <<-'END'
	order: chain
	steps:
	- {id: a, run: 'echo a >>trace', undo: 'echo undo a >>trace'}
	- {id: b, run: 'echo new b >>trace', undo: 'echo new undo b >>trace'}
	- {id: d, run: 'true'}
	END
	expect 0 wfctl plan @latest --flow f.yaml -o json
	same '[false,true,false,true]' "$(jq -c '[.steps[].undo]' <<<"$output")"
	same "a b c" "$(echo $(cat trace))"
	expect 0 wfctl resume @latest --flow f.yaml --undo
	same "a b c undo c old undo b new b" "$(echo $(cat trace))"
	expect 6 wfctl rollback @latest -y
	same "new undo b undo a" "$(echo $(tail -n 2 trace))"
}

@test "an old undo that fails leaves the definition as it was" {
	flow f <<-'END'
	steps:
	- {id: a, run: 'true', undo: 'false'}
	- {id: b, needs: [a], run: 'false'}
	END
	expect 1 wfctl run f.yaml
	sed 's/id: a, run: .true./id: a, run: "echo x"/' f.yaml >g.yaml
	expect 7 wfctl resume @latest --flow g.yaml --undo
	same undo_failed "$(state @latest a)"
	expect 0 wfctl mark @latest a succeeded -m "by hand"
	wait_for is rolled_back @latest
}

@test "items are undone with the step that is named" {
	flow f <<-'END'
	steps:
	- {id: each, foreach: [x, y], run: 'true', undo: 'echo $WFCTL_INSTANCE >>trace'}
	- {id: b, run: 'true', undo: 'echo b >>trace'}
	END
	expect 0 wfctl run f.yaml
	expect 6 wfctl rollback @latest --step each -y
	same "x y" "$(echo $(sort trace))"
}
