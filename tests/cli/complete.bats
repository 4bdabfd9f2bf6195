# Completion: by grammar and by what is stored; in bash, zsh and fish.
#
# SPDX-License-Identifier: GPL-3.0-or-later

setup() {
	load ../lib.sh
	load ../tui/tmux.sh
	fresh
	flow f <<-'END'
		name: f
		params:
		  env: { type: string, enum: [staging, prod], default: staging }
		  count: { type: int, default: 3, help: how many }
		steps:
		  - { id: build, run: "true", savepoint: built }
		  - { id: test, needs: [build], run: "false" }
	END
}

teardown() {
	close_screen
	stop_all
}

# offers WORD... : what is offered for the last word, without the words on it.
offers() {
	wfctl complete -- "$@" | cut -f1 | tr '\n' ' '
}

@test "commands, options, values" {
	same 'rollback ' "$(offers ro)"
	same '--max-parallel ' "$(offers run --max)"
	same '--state ' "$(offers ls --st)"
	same 'table json jsonl csv ' "$(offers ls -o '')"
	same '--output=json --output=jsonl ' "$(offers ls --output=js)"
	same 'bash ' "$(offers completion b)"
	same 'release ' "$(offers new --template rel)"
}

@test "every command can be completed, and none fails or says anything" {
	for command in $(offers ''); do
		for rest in '' - --; do
			run --separate-stderr wfctl complete -- "$command" "$rest"
			same 0 "$status"
			same '' "$stderr"
		done
	done
}

@test "files: flows, any, folders" {
	same ':flows ' "$(offers run '')"
	same ':files ' "$(offers eval --vars '')"
	same ':dirs ' "$(offers show --state '')"
}

@test "params of the flow on the line, and their values" {
	same 'env= env=staging env=prod count= ' "$(offers run f.yaml -p '')"
	same 'env=staging env=prod ' "$(offers run f.yaml -p env=)"
	same 'build test ' "$(offers run f.yaml --from '')"
	same 'build,test ' "$(offers run f.yaml --only build,t)"
}

@test "runs only where the command applies, steps likewise" {
	failed=$(wfctl run -d f.yaml)
	wait_for is failed "$failed"
	flow g <<<'steps: [{ id: ask, approval: {} }]'
	waiting=$(wfctl run -d g.yaml)
	wait_for is waiting "$waiting"
	[[ $(offers approve '') == *"$waiting "* ]]
	[[ $(offers approve '') != *"$failed "* ]]
	[[ $(offers resume '') == *"$failed "* ]]
	[[ $(offers resume '') != *"$waiting "* ]]
	same 'test ' "$(offers retry @failed '')"
	same 'ask ' "$(offers approve g '')"
	same '' "$(offers approve f '')"
	same 'start built build test ' "$(offers rollback @failed --to '')"
	same 'f g ' "$(offers ls --flow '' | tr ' ' '\n' | sort | tr '\n' ' ' |
		sed 's/^ //')"
	wfctl complete -- show "$waiting" '' | grep -q "^ask	waiting$"
}

@test "signals that are waited for, fields of a form" {
	flow g <<-'END'
		steps:
		  - { id: hold, wait: { signal: go-on } }
		  - id: ask
		    approval: { form: { window: { type: string }, note: string } }
	END
	id=$(wfctl run -d g.yaml)
	wait_for is waiting "$id" ask
	wait_for is waiting "$id" hold
	same 'go-on ' "$(offers signal "$id" '')"
	same 'window= note= ' "$(offers approve "$id" ask -f '')"
}

@test "bash: commands, params with an equals sign, flows only" {
	mkdir -p sub
	touch other.txt
	screen 100 24
	says "PATH='${WFCTL%/*}':\$PATH; . <('$WFCTL' completion bash)"
	keys -l 'wfctl validat'
	keys Tab
	keys -l 'f'
	keys Tab
	shows 'wfctl validate f.yaml'
	keys C-u
	keys -l 'wfctl run f.yaml -p env=pr'
	keys Tab
	keys -l '|'
	shows '-p env=prod |'
	keys C-u
	keys -l 'wfctl ls --out'
	keys Tab
	shows 'wfctl ls --output'
	keys C-u
	keys -l 'wfctl validate '
	keys Tab
	keys Tab
	shows 'sub/'
	[[ $(picture) != *other.txt* ]]
}

@test "zsh: commands with a few words on them, params" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	screen 100 24
	says 'exec zsh -f'
	says "PROMPT='> '; PATH='${WFCTL%/*}':\$PATH"
	says 'autoload -U compinit; compinit -u -D; echo rea""dy'
	shows ready
	says "source <('$WFCTL' completion zsh); echo load\"\"ed"
	shows loaded
	keys -l 'wfctl validat'
	keys Tab
	keys -l 'f'
	keys Tab
	shows 'wfctl validate f.yaml'
	keys C-u
	keys -l 'wfctl run f.yaml -p env=pr'
	keys Tab
	shows 'env=prod'
	keys C-u
	keys -l 'wfctl re'
	keys Tab
	keys Tab
	shows 'run failed steps again'
}

@test "fish: commands with a few words on them, params" {
	command -v fish >/dev/null || skip "fish is not installed"
	screen 100 24
	says 'exec fish --no-config'
	says "set -x PATH '${WFCTL%/*}' \$PATH; '$WFCTL' completion fish | source; echo load''ed"
	shows loaded
	keys -l 'wfctl validat'
	keys Tab
	keys -l 'f'
	keys Tab
	shows 'wfctl validate f.yaml'
	keys C-u
	keys -l 'wfctl run f.yaml -p env=pr'
	keys Tab
	shows 'env=prod'
	keys C-u
	keys -l 'wfctl retr'
	keys Tab
	shows 'wfctl retry'
}

@test "names with blanks and glob letters come back as one word" {
	flow g <<-'END'
		steps:
		  - { id: each, foreach: ["a b", "c*"], run: "true" }
	END
	id=$(wfctl run -d g.yaml)
	wait_for is succeeded "$id"
	screen 100 24
	says "PATH='${WFCTL%/*}':\$PATH; . <('$WFCTL' completion bash)"
	keys -l "wfctl logs $id each[a"
	keys Tab
	shows 'each\[a\ b\]'
}
