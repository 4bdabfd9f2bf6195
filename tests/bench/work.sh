# Writes the same graph of steps that do nothing for wfctl, make and ninja.
# Sourced by tests/bench/run.
#
# SPDX-License-Identifier: GPL-3.0-or-later

# "STEP NEED..." lines of a graph by name.
edges() {
	awk -v shape="$1" '
	function layer(name, n, before, nbefore, fan,  i, k, line) {
		for (i = 0; i < n; i++) {
			line = name i
			for (k = 0; k < fan; k++)
				line = line " " before (i + k) % nbefore
			print line
		}
	}
	function join(name, before, n,  i, line) {
		line = name
		for (i = 0; i < n; i++) line = line " " before i
		print line
	}
	function chain(n,  i) {
		for (i = 0; i < n; i++)
			print "s" i (i ? " s" i - 1 : "")
	}
	function layered(layers, width,  i) {
		layer("l0_", width, "", 0, 0)
		for (i = 1; i < layers; i++)
			layer("l" i "_", width, "l" i - 1 "_", width, 2)
	}
	# The shape of the Montage mosaics: project, compare neighbours, fit,
	# correct, add up.
	function montage(n) {
		layer("project", n, "", 0, 0)
		layer("diff", 3 * n, "project", n, 2)
		join("concat", "diff", 3 * n)
		print "model concat"
		for (i = 0; i < n; i++)
			print "background" i " model project" i
		join("table", "background", n)
		print "add table"
		print "shrink add"
	}
	BEGIN {
		if (shape == "chain_1000") chain(1000)
		else if (shape == "wide_1000") layer("w", 1000, "", 0, 0)
		else if (shape == "wide_10000") layer("w", 10000, "", 0, 0)
		else if (shape == "wide_100000") layer("w", 100000, "", 0, 0)
		else if (shape == "layered_100x100") layered(100, 100)
		else if (shape == "montage_1000") montage(200)
		else exit 1
	}'
}

# From the lines above; each writes one file.
as_flow() {
	echo 'version: 1'
	echo 'steps:'
	awk '{
		printf "  - { id: %s, run: \"true\"", $1
		for (i = 2; i <= NF; i++)
			printf "%s%s", i == 2 ? ", needs: [" : ", ", $i
		print (NF > 1 ? "] }" : " }")
	}'
}

as_makefile() {
	awk '{
		printf "%s:", $1
		for (i = 2; i <= NF; i++) printf " %s", $i
		print "\n\t@true"
		all = all " " $1
	}
	END { print ".PHONY: all" all; print "all:" all; print ".DEFAULT_GOAL = all" }'
}

as_ninja() {
	echo 'rule nothing'
	echo '  command = true'
	awk '{
		printf "build %s: nothing", $1
		for (i = 2; i <= NF; i++) printf " %s", $i
		print ""
	}'
}
