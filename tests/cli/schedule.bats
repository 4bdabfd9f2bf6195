# wfctl schedule: timers of systemd and lines of a crontab, both pretended.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	fresh
	mkdir bin
	cat >bin/systemctl <<-'END'
		#!/bin/sh
		echo "$*" >>"$HOME/systemctl.log"
	END
	cat >bin/crontab <<-'END'
		#!/bin/sh
		case $1 in
		-l) cat "$HOME/crontab" ;;
		-) cat >"$HOME/crontab" ;;
		esac
	END
	chmod +x bin/*
	PATH=$PWD/bin:$PATH
	scheduled nightly '0 3 * * *'
}

teardown() {
	stop_all
}

# scheduled NAME CRON [MORE]
scheduled() {
	flow "$1" <<-END
		schedule: { cron: "$2"${3:+, $3} }
		steps: [{ id: a, run: "echo done" }]
	END
}

@test "a systemd timer is written, listed, replaced and removed" {
	expect 0 wfctl schedule nightly.yaml install --with systemd
	units=$HOME/.config/systemd/user
	grep -qx 'OnCalendar=\*-\*-\* 03:00:00' "$units/wfctl-nightly.timer"
	grep -q "^ExecStart=.*\"schedule\" \"$PWD/nightly.yaml\" \"fire\"" \
		"$units/wfctl-nightly.service"
	grep -qx -- '--user --quiet enable --now wfctl-nightly.timer' \
		"$HOME/systemctl.log"
	scheduled nightly '0 4 * * *'
	expect 0 wfctl schedule nightly.yaml install --with systemd
	same '["nightly",true,"systemd","0 4 * * *"]' "$(wfctl schedule list \
		-o json | jq -c '.[] | [.name, .installed, .with, .cron]')"
	expect 2 wfctl schedule nightly.yaml remove
	expect 0 wfctl schedule nightly.yaml remove -y
	same '' "$(ls "$units")"
	expect 9 wfctl schedule nightly.yaml remove -y
}

@test "a crontab line is written, and all else in the crontab stays" {
	printf '# mine\n1 2 3 4 5 mine\nnoeol' >"$HOME/crontab"
	expect 0 wfctl schedule nightly.yaml install --with cron
	expect 0 wfctl schedule nightly.yaml install --with cron
	same 1 "$(grep -c '^0 3 \* \* \* PATH=' "$HOME/crontab")"
	expect 0 wfctl schedule nightly.yaml remove -y
	same $'# mine\n1 2 3 4 5 mine\nnoeol' "$(cat "$HOME/crontab")"
}

@test "the line of a crontab means to sh what it should, also with % and quotes" {
	flow 'per %cent' <<-'END'
		params: { text: { type: string, required: true } }
		schedule: { cron: "* * * * *" }
		steps: [{ id: a, run: "echo \"<$WFCTL_PARAM_text>\"" }]
	END
	expect 0 wfctl schedule 'per %cent.yaml' install --with cron \
		-p text="it's \$HOME 100%"
	# What cron does before sh sees it.
	line=$(tail -n 1 "$HOME/crontab" | sed 's/^\* \* \* \* \* //; s/\\%/%/g')
	expect 0 sh -c "$line"
	same "<it's \$HOME 100%>" "$(wfctl logs @latest a)"
}

@test "nothing is written with -n" {
	expect 0 wfctl schedule nightly.yaml install -n --with systemd
	has 'OnCalendar=*-*-* 03:00:00'
	expect 0 wfctl schedule nightly.yaml install -n --with cron
	has '0 3 * * * PATH='
	[ ! -e "$HOME/.config" ]
	[ ! -e "$HOME/crontab" ]
	[ ! -e "$HOME/systemctl.log" ]
}

@test "days that both restrict become two values, with their time zone" {
	scheduled f '*/30 9 1 * mon-wed' 'timezone: Europe/Berlin, catch_up: true'
	expect 0 wfctl schedule f.yaml install -n --with systemd
	has 'OnCalendar=Mon,Tue,Wed *-*-* 09:00,30:00 Europe/Berlin'
	has 'OnCalendar=*-*-01 09:00,30:00 Europe/Berlin'
	has 'Persistent=true'
}

@test "what cron cannot do is refused" {
	scheduled f '0 3 * * *' 'timezone: Europe/Berlin'
	expect 9 wfctl schedule f.yaml install --with cron
	err_has 'use --with systemd'
	scheduled f '0 3 * * *' 'catch_up: true'
	expect 9 wfctl schedule f.yaml install --with cron
	[ ! -e "$HOME/crontab" ]
}

@test "the next run is told in its own time zone" {
	scheduled f '30 2 29 2 *' 'timezone: Asia/Kolkata'
	expect 0 wfctl schedule f.yaml list -o json
	[[ $(jq -r '.[0].next' <<<"$output") == *-02-28T21:00:00.000Z ]]
}

@test "two files do not share one timer" {
	mkdir other
	cp nightly.yaml other/
	expect 0 wfctl schedule nightly.yaml install --with cron
	expect 9 wfctl schedule other/nightly.yaml install --with cron
	err_has '--name'
	expect 0 wfctl schedule other/nightly.yaml install --with cron \
		--name other
	same 2 "$(wfctl schedule list -o json | jq length)"
}

@test "params are checked before anything is installed" {
	flow f <<-'END'
		params: { n: { type: int, required: true } }
		schedule: { cron: "@daily" }
		steps: [{ id: a, run: "true" }]
	END
	expect 2 wfctl schedule f.yaml install --with cron
	err_has 'nobody is there to ask'
	expect 2 wfctl schedule f.yaml install --with cron -p n=x
	expect 0 wfctl schedule f.yaml install --with cron -p n=1
}

@test "a flow without a schedule, no flow, no such word" {
	flow f <<<'steps: [{ id: a, run: "true" }]'
	expect 2 wfctl schedule f.yaml install
	err_has 'f.yaml: the flow "f" has no schedule'
	expect 2 wfctl schedule nosuch.yaml install
	expect 2 wfctl schedule nightly.yaml instal
	scheduled f 'x 3 * * *'
	expect 3 wfctl schedule f.yaml install
}

@test "a scheduler that fails is said so" {
	printf '#!/bin/sh\nexit 1\n' >bin/systemctl
	expect 1 wfctl schedule nightly.yaml install --with systemd
	err_has '--with cron'
}

@test "overlap: skip starts none while a run is not over; allow does" {
	flow f <<-'END'
		schedule: { cron: "@hourly", overlap: skip }
		steps: [{ id: a, approval: {} }]
	END
	wfctl run -d f.yaml
	wait_for is waiting @latest
	expect 0 wfctl schedule f.yaml fire
	err_has 'is not over yet'
	same 1 "$(wfctl ls -o json | jq length)"
	sed -i 's/skip/allow/' f.yaml
	expect 5 wfctl schedule f.yaml fire
	same 2 "$(wfctl ls -o json | jq length)"
}

@test "overlap: queue waits for the end of the run" {
	flow f <<-'END'
		schedule: { cron: "@hourly", overlap: queue }
		steps: [{ id: a, run: "while [ ! -e go ]; do sleep 0.05; done" }]
	END
	id=$(wfctl run -d f.yaml)
	wait_for is running "$id"
	wfctl schedule f.yaml fire >out 2>&1 &
	touch go
	wait $!
	same succeeded "$(state "$id")"
	same 2 "$(wfctl ls -o json | jq length)"
}

@test "the agent takes up a run whose engine was killed" {
	flow f <<-'END'
		steps:
		  - { id: a, run: "while [ ! -e go ]; do sleep 0.05; done" }
		  - { id: b, needs: [a], run: "true" }
	END
	id=$(wfctl run -d f.yaml)
	wait_for is running "$id" a
	kill -KILL "$(ask "$id" .engine.pid)"
	wait_for is interrupted "$id"
	expect 0 wfctl agent -n
	has "$id"
	is interrupted "$id"
	"$WFCTL" agent >agent.out 2>&1 &
	agent=$!
	touch go
	wait_for is succeeded "$id"
	kill -TERM $agent
	wait $agent
	grep -q "$id" agent.out
}

@test "a worker says that there is no shared store" {
	expect 2 wfctl worker
	err_has 'there is no shared store'
}
