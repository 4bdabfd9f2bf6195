# Redundancy: copies of a step side by side, through the real warden.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
}

teardown() {
	stop_all
}

@test "the copy that is stuck is killed when another has succeeded" {
	flow f <<-'END'
		steps:
		  - id: a
		    idempotent: true
		    redundancy: { after: 200ms, copies: 2 }
		    outputs: { who: string }
		    run: |
		      echo $$ >>pids
		      mkdir once 2>/dev/null && exec sleep 60
		      echo "who=$WFCTL_ATTEMPT" >>"$WFCTL_OUTPUT"
	END
	expect 0 wfctl run f.yaml --progress quiet
	same 2 "$(ask @latest '.steps[0].outputs.who')"
	same 2 "$(wc -l <pids)"
	gone() { ! kill -0 "$(head -1 pids)"; }
	wait_for gone
}

@test "a killed engine finds its copies again" {
	flow f <<-'END'
		steps:
		  - id: a
		    idempotent: true
		    redundancy: { copies: 3 }
		    run: echo x >>out; until [ -e go ]; do sleep 0.05; done
	END
	expect 0 wfctl run f.yaml -d
	id=$output
	three() { [ "$(wc -l <out)" = 3 ]; }
	wait_for three
	kill -9 "$(ask "$id" .engine.pid)"
	touch go
	expect 0 wfctl resume "$id" --progress quiet
	same 3 "$(wc -l <out)"
}
