# Requests to runs: what is accepted, what is refused, and what comes of it.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

# A flow whose second step fails until the file `mended` is there.
broken() {
	flow broken <<END
steps:
  - id: first
    run: echo run >> $PWD/first
    undo: echo undo >> $PWD/first
  - id: second
    needs: [first]
    run: test -e $PWD/mended
  - id: third
    needs: [second]
    run: echo run >> $PWD/third
END
	run wfctl run broken.yaml
	[ "$status" -eq 1 ]
}

@test "retry runs what failed and what waited for it, nothing else" {
	broken
	expect 1 wfctl retry @failed
	touch mended
	expect 0 wfctl retry broken
	same run "$(cat first)"
	same run "$(cat third)"
	same 3 "$(ask broken '.steps[] | select(.id == "second") | .attempts | length')"
}

@test "retry -d prints the id and returns" {
	broken
	touch mended
	expect 0 wfctl retry broken -d
	same "$output" "$(ask broken .id)"
	wait_for is succeeded broken
}

@test "a step that succeeded is retried only by name" {
	broken
	touch mended
	expect 0 wfctl retry broken
	same 1 "$(wc -l <first)"
	expect 0 wfctl retry broken first
	same 2 "$(wc -l <first)"
}

@test "skip needs a reason, and lets followers run" {
	broken
	expect 2 wfctl skip broken second
	err_has '-m'
	expect 0 wfctl skip broken second -m "not needed today"
	expect 0 wfctl resume broken
	same skipped "$(state broken second)"
	expect 0 wfctl events broken --decisions
	has 'not needed today'
}

@test "mark settles a step by hand, with outputs" {
	flow pay <<'END'
steps:
  - id: pay
    run: exit 3
    outputs: { receipt: string }
  - id: tell
    needs: [pay]
    env: { R: "${{ steps.pay.outputs.receipt }}" }
    run: echo "paid by $R"
END
	expect 1 wfctl run pay.yaml
	expect 2 wfctl mark pay pay done -m x
	err_has 'succeeded, failed or skipped'
	expect 2 wfctl mark pay pay succeeded
	err_has '-m'
	expect 2 wfctl mark pay pay succeeded --output reciept=1 -m "saw it"
	err_has 'did you mean "receipt"?'
	expect 2 wfctl mark pay pay succeeded --output x=1 -m "saw it"
	err_has 'no output "x"'
	expect 0 wfctl mark pay pay succeeded --output receipt=47 -m "saw it"
	run wfctl resume pay
	wait_for is succeeded pay
	expect 0 wfctl logs pay tell
	has 'paid by 47'
}

@test "rollback asks first, shows its plan, and undoes with -y" {
	broken
	expect 2 wfctl rollback broken
	has first
	err_has '-y'
	same run "$(cat first)"
	expect 0 wfctl rollback broken -n -o json
	same first "$(jq -r '[.steps[] | select(.fate == "undo")][0].step' <<<"$output")"
	same run "$(cat first)"
	expect 6 wfctl rollback broken -y
	same "run undo" "$(xargs <first)"
	same rolled_back "$(state broken)"
}

@test "rolled back is not the end: resume runs it again" {
	broken
	expect 6 wfctl rollback broken -y
	touch mended
	expect 0 wfctl resume broken
	same "run undo run" "$(xargs <first)"
}

@test "rerun starts a new run, and --from reuses what came before" {
	broken
	touch mended
	old=$(ask broken .id)
	expect 0 wfctl rerun "$old" --from second -n -o json
	same reuse "$(jq -r '.[] | select(.step == "first") | .what' <<<"$output")"
	same "$old" "$(ask broken .id)"
	expect 0 wfctl rerun "$old" --from second
	[ "$(ask broken .id)" != "$old" ]
	same run "$(cat first)"
	same reused "$(state broken first)"
	expect 0 wfctl rerun "$old"
	same "run run" "$(xargs <first)"
}

@test "rerun takes the old params, changed by -p, and the old outputs" {
	flow par <<'END'
params:
  who: { type: string, required: true }
  list: { type: list, default: [1, "two words", 3] }
  n: { type: int, default: 1 }
steps:
  - id: make
    outputs: { v: string }
    run: echo "v=made" >> "$WFCTL_OUTPUT"
  - id: say
    needs: [make]
    env:
      W: "${{ params.who }}"
      N: "${{ params.n }}"
      L: "${{ params.list.size() }}"
      V: "${{ steps.make.outputs.v }}"
    run: echo "$W $N $L $V"
END
	expect 0 wfctl run par.yaml -p who=me -p n=4
	expect 0 wfctl rerun par
	has 'say | me 4 3 made'
	expect 0 wfctl rerun par --from say -p n=7
	has 'say | me 7 3 made'
	same reused "$(state par make)"
}

@test "approve, reject and forms" {
	flow gate <<'END'
steps:
  - id: ok
    approval:
      prompt: "Ship?"
      form: { ticket: { type: string, required: true } }
  - id: ship
    needs: [ok]
    env: { T: "${{ steps.ok.outputs.ticket }}" }
    run: echo "with $T"
END
	expect 5 wfctl run gate.yaml
	expect 2 wfctl approve gate ok
	err_has 'give it with -f ticket=VALUE'
	expect 2 wfctl approve gate ok -f tikcet=OPS-7
	err_has 'did you mean "ticket"?'
	expect 2 wfctl approve gate ok -f x=y
	err_has 'there are: ticket'
	expect 9 wfctl approve gate ship
	expect 9 wfctl approve gate nothing
	expect 0 wfctl approve gate ok -f ticket=OPS-7 -n -o json
	same "approve true" "$(jq -r '"\(.verb) \(.dry_run)"' <<<"$output")"
	expect 0 wfctl approve gate ok -f ticket=OPS-7 -m "fine by me"
	wait_for is succeeded gate
	expect 0 wfctl logs gate ship
	same "with OPS-7" "$output"
	expect 5 wfctl run gate.yaml
	expect 0 wfctl reject gate ok -m "not today"
	wait_for is failed gate
}

@test "a signal wakes the step that waits for it" {
	flow mail <<'END'
steps:
  - id: post
    wait: { signal: delivered, match: signal.data.parcel == "42" }
END
	expect 5 wfctl run mail.yaml
	expect 2 wfctl signal mail delivered parcel
	err_has 'NAME=VALUE'
	expect 0 wfctl signal mail delivered parcel=7
	expect 0 wfctl signal mail delivered parcel=42
	wait_for is succeeded mail
}

@test "pause, continue and cancel" {
	flow slow <<END
steps:
  - id: a
    run: until [ -e $PWD/go ]; do sleep 0.02; done
  - id: b
    needs: [a]
    run: "true"
END
	wfctl run slow.yaml -d
	wait_for is running slow a
	expect 0 wfctl pause slow -m "hold on"
	touch go
	wait_for is paused slow
	[[ $(state slow b) == @(pending|ready) ]]
	expect 0 wfctl continue slow
	same succeeded "$(state slow)"
	rm go
	wfctl run slow.yaml -d
	wait_for is running slow a
	expect 0 wfctl cancel slow
	wait_for is cancelled slow
}

@test "a paused step says so, and what lets it go on" {
	flow held <<END
steps:
  - { id: a, run: "until [ -e $PWD/go ]; do sleep 0.02; done" }
END
	wfctl run held.yaml -d
	wait_for is running held a
	expect 0 wfctl pause held a
	expect 0 wfctl show held
	has "paused"
	has "continue $(ask held .id) 'a'"
	expect 0 wfctl show held a
	has "its processes stand still"
	expect 9 wfctl pause held a
	err_has 'step "a" is paused already'
	touch go
	expect 0 wfctl continue held a
}

@test "a command that is offered stays what it is, whoever named the step" {
	flow named <<'END'
steps:
  - id: f
    foreach: ["x'; touch pasted; '"]
    key: item
    run: exit 1
END
	expect 1 wfctl run named.yaml --progress quiet
	wfctl show named | sed -n 's/^  wfctl \(logs .*\)#.*/wfctl \1/p' >pasted.sh
	expect 0 . ./pasted.sh
	[ ! -e pasted ]
}

@test "bytes that are no UTF-8 reach the run as U+FFFD" {
	flow gate <<'END'
steps:
  - { id: ok, approval: { prompt: "Ship?", form: { ticket: { type: string, required: true } } } }
END
	expect 5 wfctl run gate.yaml --progress quiet
	expect 2 wfctl approve gate ok -f $'tick\377=x'
	err_has 'the form has no field'
	expect 0 wfctl approve gate ok -f $'ticket=O\377K' -m $'fine\377'
	wait_for is succeeded gate
	same $'O\357\277\275K fine\357\277\275' "$(ask gate '.steps[0].outputs | "\(.ticket) \(.comment)"')"
}

@test "a run whose last step was cancelled by hand is cancelled" {
	flow last <<END
steps:
  - { id: a, run: "until [ -e $PWD/go ]; do sleep 0.02; done" }
END
	wfctl run last.yaml -d
	wait_for is running last a
	expect 0 wfctl cancel last a
	wait_for is cancelled last
}

@test "a run or step that is not there is status 9" {
	expect 9 wfctl show nothing
	expect 9 wfctl show @latest
	broken
	expect 9 wfctl show broken secnd
	err_has 'did you mean "second"?'
	expect 9 wfctl logs broken x
	expect 9 wfctl retry broken x
	expect 9 wfctl show nothing -o json
	same not_found "$(jq -r .error.code <<<"$stderr")"
}

@test "dry requests change nothing and start no engine" {
	broken
	cp broken.yaml new.yaml
	wfctl show broken -o json >before
	wfctl events broken -o json >events
	for verb in "retry broken" "retry broken second --downstream" "skip broken second -m x" \
		"mark broken second succeeded -m x" "resume broken" "resume broken --flow new.yaml" \
		"rollback broken" "pause broken" "cancel broken"; do
		wfctl $verb -n >out 2>&1 || :
		[ -s out ] || { echo "no word on $verb"; return 1; }
	done
	same "$(wfctl plan broken)" "$(wfctl resume broken -n 2>/dev/null)"
	diff before <(wfctl show broken -o json)
	diff events <(wfctl events broken -o json)
}

@test "a dry request to a run that works is answered by its engine" {
	flow f <<-'END'
		steps:
		  - { id: a, run: 'echo a >>trace; until test -e go; do sleep 0.02; done' }
	END
	id=$(wfctl run -d f.yaml)
	wait_for grep -q a trace
	expect 0 wfctl rollback "$id" -n
	has running
	touch go
	wait_for is succeeded "$id"
}

@test "rerun with another definition reuses what has not changed" {
	flow two <<-'END'
		steps:
		  - { id: a, run: echo a >>out }
		  - { id: b, needs: [a], run: echo b >>out }
		  - { id: each, foreach: [x, y], outputs: { v: string }, run: 'echo "v=$WFCTL_INSTANCE" >>"$WFCTL_OUTPUT"' }
		  - { id: c, needs: [each], env: { V: "${{ steps.each.outputs.v }}" }, run: echo "$V" >>out }
	END
	expect 0 wfctl run two.yaml --progress quiet
	sed -e 's/echo b/echo B/' -e 's/echo "\$V"/echo "again $V"/' two.yaml >new.yaml
	expect 0 wfctl rerun two --flow new.yaml --progress quiet
	same reused "$(state @latest a)"
	same reused "$(ask @latest '.steps[] | select(.id == "each" and .instance == null) | .state')"
	same 'again ["x","y"]' "$(grep again out)"
	same "a B b" "$(grep -o '^[abB]$' out | sort -f | xargs)"
}

@test "rerun --from runs what had failed before it, too" {
	flow f <<-'END'
		on_failure: continue
		steps:
		  - { id: a, run: "[ -e ok ] && echo a >>out" }
		  - { id: b, run: echo b >>out }
		  - { id: c, needs: [a, b], run: echo c >>out }
	END
	expect 1 wfctl run f.yaml --progress quiet
	touch ok
	expect 0 wfctl rerun f --from c --progress quiet
	same "b a c" "$(xargs <out)"
}
