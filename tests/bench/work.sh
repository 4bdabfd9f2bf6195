# Writes the same graph of steps for wfctl, make, ninja and others.  Steps do
# nothing ($command is "true") or as little as is asked.  Sourced by run.
#
# SPDX-License-Identifier: GPL-3.0-or-later

# "STEP NEED..." lines of a graph by name: chain_N, wide_N, short_N,
# layered_LAYERSxWIDTH, pipeline_N, montage_N.
edges() {
	awk -v shape="$1" '
	function layer(name, n, before, nbefore, least, fan,  i, k, line, most) {
		for (i = 0; i < n; i++) {
			line = name i
			most = i % 2 ? fan : least
			for (k = 0; k < most; k++)
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
		layer("l0_", width, "", 0, 0, 0)
		for (i = 1; i < layers; i++)
			layer("l" i "_", width, "l" i - 1 "_", width, 2, 3)
	}
	# As with genomes: many samples, one merge of them all, reports.
	function pipeline(n,  i) {
		print "reference"
		print "indexing reference"
		for (i = 0; i < n; i++)
			print "sample" i " indexing"
		join("merge", "sample", n)
		print "quality merge"
		print "variants merge"
		print "report quality variants"
	}
	# The shape of the Montage mosaics: project, compare neighbours, fit,
	# correct, add up.
	function montage(n) {
		layer("project", n, "", 0, 0, 0)
		layer("diff", 3 * n, "project", n, 2, 2)
		join("concat", "diff", 3 * n)
		print "model concat"
		for (i = 0; i < n; i++)
			print "background" i " model project" i
		join("table", "background", n)
		print "add table"
		print "shrink add"
	}
	BEGIN {
		n = shape
		sub(/.*_/, "", n)
		n += 0
		if (shape ~ /^chain_[0-9]+$/) chain(n)
		else if (shape ~ /^wide_[0-9]+$/) layer("w", n, "", 0, 0, 0)
		else if (shape ~ /^short_[0-9]+$/) layer("w", n, "", 0, 0, 0)
		else if (shape ~ /^layered_[0-9]+x[0-9]+$/) {
			split(shape, part, /[_x]/)
			layered(part[2], part[3])
		} else if (shape ~ /^pipeline_[0-9]+$/) pipeline(n)
		else if (shape ~ /^montage_[0-9]+$/) montage(int(n / 5))
		else exit 1
	}'
}

# From the lines above; each writes one file.
as_flow() {
	echo 'version: 1'
	echo 'steps:'
	awk -v command="$command" '{
		printf "  - { id: %s, run: \"%s\"", $1, command
		for (i = 2; i <= NF; i++)
			printf "%s%s", i == 2 ? ", needs: [" : ", ", $i
		print (NF > 1 ? "] }" : " }")
	}'
}

as_makefile() {
	awk -v command="$command" '{
		printf "%s:", $1
		for (i = 2; i <= NF; i++) printf " %s", $i
		print "\n\t@" command
		all = all " " $1
	}
	END { print ".PHONY: all" all; print "all:" all; print ".DEFAULT_GOAL = all" }'
}

as_ninja() {
	echo 'rule nothing'
	echo "  command = $command"
	awk '{
		printf "build %s: nothing", $1
		for (i = 2; i <= NF; i++) printf " %s", $i
		print ""
	}'
}

# Rules with a shell command each, and one that asks for all.
as_snakefile() {
	awk -v command="$command" '{
		print "rule " $1 ":"
		if (NF > 1) {
			printf "    input: "
			for (i = 2; i <= NF; i++)
				printf "%s\"%s\"", (i > 2 ? ", " : ""), $i
			print ""
		}
		print "    output: touch(\"" $1 "\")"
		print "    shell: \"" command "\""
		all = all (NR > 1 ? ", " : "") "\"" $1 "\""
	}
	END { print "rule all:\n    default_target: True\n    input: " all }'
}

# One command a line, for GNU parallel; without needs.
as_list() { awk -v command="$command" '{ print command }'; }
