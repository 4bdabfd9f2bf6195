# What an attempt finds around itself.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() { load ../lib.sh; fresh; }
teardown() { stop_all; }

@test "a step has the umask of who started the run" {
	flow umask <<-'END'
	steps:
	- {id: a, run: 'umask > seen'}
	END
	umask 027
	expect 0 wfctl run umask.yaml
	[ "$(cat seen)" = 0027 ]
}
