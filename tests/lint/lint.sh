# The lints: each prints its findings about the tree in $1, one a line.
# Sourced by the .bats files beside it, which show of each that it can find.
#
# SPDX-License-Identifier: GPL-3.0-or-later

here=$BATS_TEST_DIRNAME

# All files of our own with one of these endings, relative to the tree.
files_ending() {
	local tree=$1 ending args=()
	shift
	for ending; do
		args+=(-o -name "*.$ending")
	done
	(cd "$tree" && find cli tui engine samples tests man .ci -type f \
		\( "${args[@]:1}" \) 2>/dev/null | sort)
}

# "FILE INCLUDED" for each #include, resolved as the compiler would.
includes() {
	local tree=$1
	(cd "$tree" && files_ending . c h def |
		xargs -r awk '
		/^[ \t]*#[ \t]*include[ \t]*</ {
			sub(/.*</, "<"); sub(/>.*/, ">")
			print FILENAME, $0
		}
		/^[ \t]*#[ \t]*include[ \t]*"/ {
			name = $0
			sub(/^[^"]*"/, "", name); sub(/".*/, "", name)
			path = FILENAME
			sub(/[^\/]*$/, "", path)
			n = split(path name, part, "/")
			m = 0
			for (i = 1; i <= n; i++) {
				if (part[i] == ".." && m > 0) m--
				else if (part[i] != "." && part[i] != "")
					keep[++m] = part[i]
			}
			near = keep[1]
			for (i = 2; i <= m; i++) near = near "/" keep[i]
			# Beside the file first, then from the root.
			if ((getline line < near) >= 0) { close(near); name = near }
			print FILENAME, name
		}')
}

# Arrows that the table of floors does not allow.
lint_floors() {
	includes "$1" | awk '
	NR == FNR {
		if ($0 ~ /^#/ || NF == 0) next
		row[$1] = " "
		for (i = 2; i <= NF; i++) {
			row[$1] = row[$1] $i " "
			if ($i ~ /^</) foreign[$i] = 1
		}
		next
	}
	function floor_of(file,  name, best) {
		for (name in row)
			if (index(file, name) == 1 && length(name) > length(best))
				best = name
		return best
	}
	function allowed(what, list,  n, i, word) {
		n = split(list, word, " ")
		for (i = 1; i <= n; i++) {
			if (what == word[i]) return 1
			if (word[i] ~ /\/$/ && index(what, word[i]) == 1) return 1
			if (word[i] ~ /\/\.$/) {
				sub(/\.$/, "", word[i])
				if (index(what, word[i]) == 1 &&
				    substr(what, length(word[i]) + 1) !~ /\//)
					return 1
			}
		}
		return 0
	}
	$2 ~ /^</ && !($2 in foreign) { next }
	{
		floor = floor_of($1)
		if (floor == "") print $1 ": stands on no floor"
		else if (!allowed($2, row[floor]))
			print $1 " may not include " $2
	}' "$here/floors.txt" -
}

# Rooms that lean on each other in a circle.  A room is a source with its
# header and what carries its name: store.h, store_put.c, store_int.h.  A
# header split off for a room's parts, which needs the room's own, is no arrow.
lint_circles() {
	(cd "$1" && files_ending . h && includes .) | awk '
	function stem(file) {
		sub(/\.[ch]$/, "", file)
		return file
	}
	function room(file,  i, name) {
		name = stem(file)
		for (i = match(name, /[^\/]*$/); i < length(name); i++)
			if (substr(name, i + 1, 1) == "_" &&
			    substr(name, 1, i) ".h" in header)
				return substr(name, 1, i)
		return name
	}
	function reaches(file, wanted,  part, i, m) {
		if (file == wanted) return 1
		if ((file, wanted) in seen) return 0
		seen[file, wanted] = 1
		m = split(below[file], part, " ")
		for (i = 1; i <= m; i++)
			if (reaches(part[i], wanted)) return 1
		return 0
	}
	NF == 1 { header[$1]; next }
	$2 ~ /^</ || $1 ~ /^tests/ || room($1) == room($2) { next }
	{
		from[++n] = $1
		to[n] = $2
		below[$1] = below[$1] " " $2
	}
	END {
		for (i = 1; i <= n; i++) {
			split("", seen)
			if (from[i] == room(from[i]) ".h" ||
			    !reaches(to[i], room(from[i]) ".h"))
				print room(from[i]), room(to[i])
		}
	}' | tsort 2>&1 >/dev/null
}

lint_forbidden_calls() {
	(cd "$1" && files_ending . c h | xargs -r grep -nHE \
	'(^|[^A-Za-z0-9_"])(strcpy|strcat|strncpy|sprintf|vsprintf|gets|strtok|system|popen|tmpnam|mktemp) *\(' |
		grep -vE '^[^:]*:[0-9]*:[[:space:]]*(/?\*|//)')
}

lint_unique_names() {
	files_ending "$1" c h def bats sh | sed 's|.*/||' | sort | uniq -d |
		sed 's/$/ is the name of several files/'
}

# The first comment begins on the first line, and carries the license tag.
lint_first_sentence() {
	(cd "$1" && files_ending . c h def | while read -r file; do
		head -n 1 "$file" | grep -qE '^/\* [A-Za-z"`<].{11}' ||
			echo "$file: does not begin with a sentence"
	done
	files_ending . sh bats | while read -r file; do
		head -n 2 "$file" | grep -qE '^# [A-Za-z"`<].{11}' ||
			echo "$file: does not begin with a sentence"
	done
	files_ending . c h def sh bats | while read -r file; do
		head -n 40 "$file" |
			grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' ||
			echo "$file: has no license tag"
	done)
}

lint_long_files() {
	(cd "$1" && files_ending . c h bats sh | xargs -r wc -l |
		awk '$2 != "total" && $1 > 700 {
			print $2 ": " $1 " lines, more than 700" }')
}

# $2: the most lines a function may have.
lint_long_functions() {
	(cd "$1" && files_ending . c | xargs -r awk -v most="$2" '
		FNR == 1 { start = 0 }
		/^[a-z_].*\(/ { name = $0; sub(/\(.*/, "", name) }
		/^{/ { start = FNR }
		/^}/ && start {
			if (FNR - start - 1 > most)
				print FILENAME ":" start ": " name " has " \
					FNR - start - 1 " lines"
			start = 0
		}')
}

lint_format() {
	(cd "$1" && files_ending . c h | xargs -r clang-format \
		--dry-run 2>&1 | grep 'clang-format-violations' | cut -d: -f1 |
		sort | uniq -c |
		awk '{ print $2 ": " $1 " places not formatted" }')
}

# A row's first column is its name; no list names a thing twice.  A YAML
# key (K) has its name in the second; transitions (T) and overloaded functions
# (F) are told apart by all columns.
lint_twice_in_list() {
	(cd "$1" && files_ending . def | grep -v width.def | while read -r file
	do
		sed -nE 's/^(KD?)\(([A-Z_]+), *("[^"]*"),.*/\1 \2 \3/p
			s/^([A-Z_]+)\(([A-Za-z_0-9"-]+),.*/\1 \2/p' "$file" |
			sort | uniq -d | grep -vE '^[TF] |^KD? [A-Z_]*$' |
			sed "s|^|$file: twice: |"
	done)
}

lint_shell() {
	(cd "$1" && shellcheck -s sh -e SC2086,SC2209,SC1091 tests/all.sh \
		tests/packages.sh tests/run samples/*.sh .ci/run 2>&1)
}

# Names of places and helpers that no stranger has.
lint_strangers() {
	local words='\.\./shared|/wor''k/|/home''/[a-z]|/root''/|~''/[a-z]'
	words="$words|before-st""op|BRIEF\\.md|agen""t session"
	(cd "$1" && grep -rnIE "$words" cli tui engine samples tests man .ci \
		Makefile README.md 2>/dev/null |
		grep -vE '~/\.(local|config|cache|bash|zsh)')
}

lint_trailing_space() {
	(cd "$1" && grep -rnIE '[[:space:]]+$' cli tui engine samples tests man \
		.ci Makefile README.md --include='*' --exclude='*.golden' \
		--exclude-dir=corpus --exclude-dir=golden 2>/dev/null |
		cut -d: -f1,2 | sed 's/$/: space at the end of the line/')
}

# Every `NEEDSWORK:` is a question left open; these words are not.
lint_unfinished() {
	(cd "$1" && files_ending . c h sh |
		xargs -r grep -nHE '\b(TO''DO|FIX''ME|XX''X|HA''CK|not (yet )?imple''mented)\b')
}

# Packages named by the script but not by the README, or the other way round.
lint_packages() {
	(cd "$1" && sh tests/packages.sh -l build test bench |
		while read -r _ name _; do
			grep -q "\`$name\`" README.md ||
				echo "README.md does not name $name"
		done)
}

# Top-level entries other than those agreed on.
lint_top() {
	(cd "$1" && find . -mindepth 1 -maxdepth 1 ! -name '.*' ! -name build \
		! -name wfctl ! -name compile_commands.json ! -name cli \
		! -name tui ! -name engine ! -name samples ! -name tests \
		! -name man ! -name Makefile ! -name README.md |
		sed 's|^./||; s/$/ does not belong at the top/')
}

# Symbols the front ends take from the engine past its face.  $1: a folder of
# objects.  engine.h itself passes up the life cycle and the kinds of events.
lint_face() {
	local objects=$1 taken given
	taken=$(find "$objects/cli" "$objects/tui" -name '*.o' -exec nm -u {} + |
		awk 'NF == 2 { print $2 }' | sort -u)
	given=$(find "$objects/engine" -name '*.o' ! -path '*/engine/base/*' \
		! -name lifecycle.o ! -name event.o \
		-exec nm -g --defined-only {} + |
		awk 'NF == 3 && $3 !~ /^wf_/ { print $3 }' | sort -u)
	comm -12 <(echo "$taken") <(echo "$given") | grep . |
		sed 's/$/ is taken past the engine.h/'
}

# Commands without a page, and pages without a command.
lint_pages() {
	(cd "$1" && {
		sed -nE 's/^C\([^"]*"([^"]*)".*/\1 \0/p' cli/cmd.def |
			grep -v 'HIDDEN' | cut -d' ' -f1 |
			while read -r name; do
				[ -f "man/wfctl-$name.1.in" ] ||
					echo "wfctl $name has no page in man/"
			done
		for page in man/wfctl-*.1.in; do
			name=${page#man/wfctl-}
			name=${name%.1.in}
			[ "$name" = '*' ] ||
				grep -q "^C([^\"]*\"$name\"" cli/cmd.def ||
				echo "$page is about no command"
		done
		for page in wfctl.1 wfctl-flow.5 wfctl-lifecycle.7; do
			[ -f "man/$page.in" ] || echo "man/$page.in is missing"
		done
	})
}
