# wfctl: build, test, install.  `make help` lists the targets.
#
# SPDX-License-Identifier: GPL-3.0-or-later

PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config

LIBRARIES := yaml-0.1 sqlite3 ncursesw readline jansson
VERSION := 0.1.0

# SAN=1 builds with AddressSanitizer and UBSan, FUZZ=1 for libFuzzer, CRASH=1
# with crash points (engine/base/crash.h), each into a folder of its own.
BUILD := build/$(if $(SAN),san,$(if $(FUZZ),fuzz,$(if \
	$(CRASH),crash,$(notdir $(CC)))))
BINARY := $(if $(SAN)$(FUZZ)$(CRASH),$(BUILD)/)wfctl

comma := ,
warnings := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wwrite-strings \
	-Wpointer-arith -Wformat=2 -Wundef -Wvla -Wswitch-enum -fno-common
# gcc's jump analysis warns of setjmp in cmocka; clang knows no such flag.
cflags := -std=c11 -D_GNU_SOURCE -DWFCTL_VERSION='"$(VERSION)"' -pthread \
	$(warnings) $(if $(DEVELOPER),-Werror) \
	$(if $(SAN),-fsanitize=address$(comma)undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer -DWF_SANITIZED) \
	$(if $(FUZZ),-fsanitize=fuzzer-no-link$(comma)address$(comma)undefined \
	-fno-sanitize-recover=undefined) $(if $(CRASH),-DWF_CRASH_POINTS)
ldflags := $(if $(SAN),-fsanitize=address$(comma)undefined)
lib_cflags := $(shell $(PKG_CONFIG) --cflags $(LIBRARIES) 2>/dev/null)
lib_libs := $(shell $(PKG_CONFIG) --libs $(LIBRARIES) 2>/dev/null) -lm -pthread

# Libraries other than the C library go into the binary where their archives
# are installed: it starts in two thirds of the time.  STATIC= links them all
# dynamically, as a distribution will want.
STATIC ?= 1
archives := $(if $(STATIC),$(foreach a,yaml sqlite3 readline ncursesw tinfo \
	jansson,$(shell $(CC) -print-file-name=lib$(a).a)))
found := $(and $(archives),$(if $(filter-out /%,$(archives)),,yes))
link_libs := $(if $(found),$(archives) -Wl$(comma)--as-needed -lm -pthread,\
	$(lib_libs)) -Wl$(comma)-z$(comma)pack-relative-relocs

# Developers' -Werror belongs to a build of its own, like SAN.
# V=1 shows the commands, -s nothing.
quiet := $(if $(V),,@)
silent := $(findstring s,$(filter-out -%,$(firstword $(MAKEFLAGS))))
say = $(if $(V)$(silent),,@printf '  %-5s %s\n' $(1) $(2))

dirs := cli cli/commands tui tui/screens tui/widgets engine engine/face \
	engine/run engine/yaml engine/store engine/executors engine/model \
	engine/model/cel engine/warden engine/loop engine/base
sources := $(wildcard $(addsuffix /*.c,$(dirs)))
templates := $(wildcard cli/templates/*.yaml)
objects := $(sources:%.c=$(BUILD)/%.o) $(BUILD)/cli/starter_table.o
library := $(BUILD)/libwfctl.a
# What is fuzzed are readers of the engine.
library_objects := $(filter-out $(BUILD)/cli/main.o,$(if \
	$(FUZZ),$(filter $(BUILD)/engine/%,$(objects)),$(objects)))
unit_sources := $(wildcard tests/unit/test_*.c)
unit_tests := $(unit_sources:tests/unit/%.c=$(BUILD)/tests/%)
helper_sources := $(wildcard tests/helpers/*.c)
helpers := $(helper_sources:tests/helpers/%.c=$(BUILD)/tests/%)
cli_tests := $(wildcard tests/cli/*.bats)
tui_tests := $(wildcard tests/tui/*.bats)
crash_tests := $(wildcard tests/crash/*.bats)
sweep_sources := $(wildcard tests/crash/sweep_*.c)
sweeps := $(sweep_sources:tests/crash/%.c=build/crash/tests/%)
kill_flows := $(BUILD)/tests/kill_flows
no_memory := $(BUILD)/tests/no_memory.so
preloads := $(patsubst tests/tui/%.c,$(BUILD)/tests/%.so,$(wildcard tests/tui/*.c))
kill_parts := $(wildcard tests/crash/random_*)
lint_tests := $(wildcard tests/lint/*.bats)
fuzz_sources := $(wildcard tests/fuzz/fuzz_*.c)
fuzzers := $(fuzz_sources:tests/fuzz/%.c=$(BUILD)/tests/%)

ifeq ($(filter clean help format,$(MAKECMDGOALS)),)
ifneq ($(shell $(PKG_CONFIG) --exists $(LIBRARIES) && echo found),found)
$(error Libraries are missing: "$(PKG_CONFIG) --print-errors $(LIBRARIES)" \
	says which; on Debian, "sh tests/packages.sh build" installs them)
endif
endif

all: $(BINARY) ## build ./wfctl (the default)

$(BINARY): $(BUILD)/cli/main.o $(library)
	$(call say,LINK,$@)
	$(quiet)$(CC) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $^ $(link_libs)

# The archive is made anew so that a removed source leaves no old object.
$(library): $(library_objects)
	$(call say,AR,$@)
	$(quiet)rm -f $@
	$(quiet)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(call say,CC,$<)
	$(quiet)mkdir -p $(@D)
	$(quiet)$(CC) $(cflags) $(lib_cflags) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# The templates of `wfctl new` as C: a backslash before each \ and ".
$(BUILD)/cli/starter_table.c: $(templates) Makefile
	$(call say,GEN,$@)
	$(quiet)mkdir -p $(@D)
	$(quiet)awk 'BEGIN { print "#include \"cli/starter.h\"\n"; \
			print "const struct starter starters[] = {" } \
		FNR == 1 { if (n++) print "\t}, {"; else print "\t{"; \
			name = FILENAME; gsub(/.*\/|[.]yaml$$/, "", name); \
			print "\t\"" name "\"," } \
		{ gsub(/["\\]/, "\\\\&"); print "\t\"" $$0 "\\n\"" } \
		END { print "\t}\n};\nconst size_t nstarters = " n ";" }' \
		$(sort $(templates)) > $@.new && mv $@.new $@

$(BUILD)/cli/starter_table.o: $(BUILD)/cli/starter_table.c $(BUILD)/flags
	$(call say,CC,$<)
	$(quiet)$(CC) $(cflags) -I. $(lib_cflags) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# Objects are remade when the flags change.
flags_now := $(CC) $(cflags) $(CFLAGS) $(CPPFLAGS)
$(BUILD)/flags: FORCE
	$(quiet)mkdir -p $(@D)
	$(quiet)printf '%s\n' '$(subst ','\'',$(flags_now))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(flags_now))' > $@
FORCE:

$(BUILD)/tests/test_%: tests/unit/test_%.c $(library)
	$(call say,TEST,$<)
	$(quiet)mkdir -p $(@D)
	$(quiet)$(CC) $(cflags) -I. $(lib_cflags) $(CFLAGS) $(ldflags) $(LDFLAGS) \
		-MMD -MP -MF $@.d -o $@ $< $(library) -lcmocka $(lib_libs)

$(BUILD)/tests/%: tests/helpers/%.c $(library)
	$(call say,TEST,$<)
	$(quiet)mkdir -p $(@D)
	$(quiet)$(CC) $(cflags) -I. $(lib_cflags) $(CFLAGS) $(ldflags) $(LDFLAGS) \
		-MMD -MP -MF $@.d -o $@ $< $(library) $(lib_libs)

$(BUILD)/tests/sweep_%: tests/crash/sweep_%.c $(library)
	$(call say,TEST,$<)
	$(quiet)mkdir -p $(@D)
	$(quiet)$(CC) $(cflags) -I. $(lib_cflags) $(CFLAGS) $(ldflags) $(LDFLAGS) \
		-MMD -MP -MF $@.d -o $@ $< $(library) -lcmocka $(lib_libs)

$(BUILD)/tests/kill_flows: tests/crash/kill_flows.c $(kill_parts) $(library)
	$(call say,TEST,$<)
	$(quiet)mkdir -p $(@D)
	$(quiet)$(CC) $(cflags) -I. $(lib_cflags) $(CFLAGS) $(ldflags) $(LDFLAGS) \
		-o $@ $< $(filter %.c,$(kill_parts)) $(library) $(lib_libs)

$(no_memory): tests/crash/no_memory.c
$(preloads): $(BUILD)/tests/%.so: tests/tui/%.c
$(no_memory) $(preloads):
	$(call say,TEST,$<)
	$(quiet)mkdir -p $(@D)
	$(quiet)$(CC) $(cflags) -O1 -shared -fPIC -o $@ $<

$(BUILD)/tests/fuzz_%: tests/fuzz/fuzz_%.c $(library)
	$(call say,FUZZ,$<)
	$(quiet)mkdir -p $(@D)
	$(quiet)$(CC) $(cflags) -I. $(lib_cflags) $(CFLAGS) -fsanitize=fuzzer \
		-fno-sanitize-recover=undefined $(LDFLAGS) -MMD -MP -MF $@.d \
		-o $@ $< $(library) $(lib_libs)

-include $(objects:.o=.d) $(unit_tests:=.d) $(helpers:=.d) $(fuzzers:=.d) \
	$(sweeps:=.d)

# --- tests: every one speaks TAP; tests/run counts ------------------------
run_tests = WFCTL=$(CURDIR)/$(BINARY) BUILD=$(CURDIR)/$(BUILD) tests/run

test: unit-tests $(BINARY) $(helpers) $(kill_flows) $(no_memory) $(preloads) crash-build ## run all tests
	$(quiet)$(run_tests) $(unit_tests) $(lint_tests) $(cli_tests) \
		$(tui_tests) $(sweeps) $(crash_tests)

unit-tests: $(unit_tests)

unit: unit-tests ## run the unit tests
	$(quiet)$(run_tests) $(unit_tests)

pictures := $(addprefix $(BUILD)/tests/,test_screens test_form_steps)
golden: $(pictures) ## write the pictures of all screens anew
	$(quiet)for t in $(pictures); do WFCTL_GOLDEN=write $$t >/dev/null; done
	@git diff --stat tests/tui/golden 2>/dev/null || :

cli: $(BINARY) $(helpers) ## run the command-line tests
	$(quiet)$(run_tests) $(cli_tests) $(if $(SAN),tests/tui/storm.bats)

tui: $(BINARY) $(helpers) $(no_memory) $(preloads) ## run the terminal tests
	$(quiet)$(run_tests) $(tui_tests)

crash: $(BINARY) $(helpers) $(kill_flows) $(no_memory) crash-build ## run the crash tests; ROUNDS=2000 SEED=1: the long ones, too
	$(quiet)$(run_tests) $(sweeps) $(crash_tests)
	$(if $(ROUNDS),$(quiet)$(MAKE) --no-print-directory crash-long)

limits: $(BINARY) ## run what is largest: 100,000 steps, 1,000,000 items
	$(quiet)LONG=1 $(run_tests) tests/cli/limits.bats

crash-long: $(BINARY) $(kill_flows) $(no_memory) crash-build ## every crash point, then ROUNDS random flows of SEED
	$(quiet)WFCTL=$(CURDIR)/build/crash/wfctl tests/crash/sweep_engine 1
	$(quiet)WFCTL=$(CURDIR)/$(BINARY) CRASHING=$(CURDIR)/build/crash/wfctl \
		tests/crash/sweep_calls 1
	$(quiet)WFCTL=$(CURDIR)/$(BINARY) NO_MEMORY_SO=$(CURDIR)/$(no_memory) \
		tests/crash/sweep_memory 1
	$(quiet)WFCTL=$(CURDIR)/$(BINARY) CRASHING=$(CURDIR)/build/crash/wfctl \
		tests/crash/sweep_damage 13
	$(quiet)WFCTL=$(CURDIR)/$(BINARY) $(kill_flows) $(or $(ROUNDS),1000) $(SEED)

# The same sources, with points at which a process kills itself.
crash-build:
	$(quiet)$(MAKE) --no-print-directory CRASH=1 CFLAGS='-O1 -g' \
		crash-programs

crash-programs: $(if $(CRASH),$(sweeps) $(BINARY))

# What the compiler says of every file, without a build.
syntax:
	$(quiet)printf '%s\0' $(sources) $(unit_sources) $(helper_sources) \
		$(sweep_sources) $(filter %.c,$(kill_parts)) $(fuzz_sources) | \
		xargs -0 -n 40 -P 2 $(CC) $(cflags) -I. $(lib_cflags) \
		$(CFLAGS) $(CPPFLAGS) -fsyntax-only

lint: $(BINARY) ## run the lint tests
	$(quiet)$(run_tests) $(lint_tests)

# A program about to end need not free; units must.
check-asan: ## unit and command-line tests, and the storm, under ASan and UBSan
	$(quiet)$(MAKE) --no-print-directory SAN=1 CFLAGS='-O1 -g' unit-tests all \
		san-helpers
	$(quiet)$(MAKE) --no-print-directory SAN=1 CFLAGS='-O1 -g' unit
	$(quiet)ASAN_OPTIONS=detect_leaks=0 $(MAKE) --no-print-directory SAN=1 \
		CFLAGS='-O1 -g' cli

san-helpers: $(helpers)

with_fuzzer = $(MAKE) --no-print-directory FUZZ=1 CC=clang CFLAGS='-O1 -g'

fuzzers: $(fuzzers)

run-fuzz-smoke: $(fuzzers)
	$(quiet)FUZZERS='$(fuzzers)' tests/run tests/fuzz/smoke

fuzz-smoke: ## a bounded number of inputs for each fuzzer
	+$(quiet)$(with_fuzzer) run-fuzz-smoke

SECONDS ?= 600
fuzz: ## fuzz each reader for SECONDS (600); finds go to build/fuzz/found
	+$(quiet)$(with_fuzzer) fuzzers
	$(quiet)mkdir -p build/fuzz/found
	$(quiet)for f in $(fuzz_sources:tests/fuzz/fuzz_%.c=%); do \
		mkdir -p build/fuzz/corpus/$$f tests/fuzz/corpus/$$f; \
		dict=tests/fuzz/corpus/$$f.dict; \
		build/fuzz/tests/fuzz_$$f -max_total_time=$(SECONDS) -timeout=10 \
			$$(test ! -f $$dict || echo -dict=$$dict) \
			-max_len=4096 -artifact_prefix=build/fuzz/found/$$f- \
			build/fuzz/corpus/$$f tests/fuzz/corpus/$$f || exit; \
	done

bench: $(BINARY) $(helpers) ## compare with make and ninja (takes minutes); PARTS=...
	$(quiet)WFCTL=$(CURDIR)/$(BINARY) BUILD=$(CURDIR)/$(BUILD) \
		tests/bench/run $(PARTS)

bench-tui: $(BINARY) $(helpers) ## measure the dashboard (takes minutes)
	$(quiet)WFCTL=$(CURDIR)/$(BINARY) BUILD=$(CURDIR)/$(BUILD) tests/bench/tui

# --- everything else --------------------------------------------------------
man_sources := $(wildcard man/*.in)
man_pages := $(man_sources:man/%.in=build/man/%)
completions := build/completions/wfctl build/completions/_wfctl \
	build/completions/wfctl.fish
share = $(DESTDIR)$(PREFIX)/share
man_dir = $(share)/man/man

man: $(man_pages) ## write the manual pages into build/man

build/man/%: man/%.in $(BINARY)
	$(call say,MAN,$@)
	$(quiet)mkdir -p $(@D)
	$(quiet)./$(BINARY) docgen $< > $@.new && mv $@.new $@

completions: $(completions) ## write the completion scripts of three shells

build/completions/wfctl: shell := bash
build/completions/_wfctl: shell := zsh
build/completions/wfctl.fish: shell := fish
$(completions): $(BINARY)
	$(call say,COMPL,$@)
	$(quiet)mkdir -p $(@D)
	$(quiet)./$(BINARY) completion $(shell) > $@

install: $(BINARY) $(man_pages) $(completions) ## install into $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(foreach n,1 5 7,$(man_dir)$(n)) \
		$(share)/bash-completion/completions \
		$(share)/zsh/site-functions $(share)/fish/vendor_completions.d
	install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/wfctl
	$(foreach n,1 5 7,install -m 644 $(filter %.$(n),$(man_pages)) \
		$(man_dir)$(n);)
	install -m 644 build/completions/wfctl \
		$(share)/bash-completion/completions/wfctl
	install -m 644 build/completions/_wfctl \
		$(share)/zsh/site-functions/_wfctl
	install -m 644 build/completions/wfctl.fish \
		$(share)/fish/vendor_completions.d/wfctl.fish

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/wfctl \
		$(foreach p,$(notdir $(man_pages)),$(man_dir)$(patsubst .%,%,$(suffix $(p)))/$(p)) \
		$(share)/bash-completion/completions/wfctl \
		$(share)/zsh/site-functions/_wfctl \
		$(share)/fish/vendor_completions.d/wfctl.fish

format: ## format all C sources in place
	clang-format -i $(sources) $(wildcard $(addsuffix /*.h,$(dirs))) \
		$(wildcard tests/*/*.[ch])

tidy: ## clang-tidy with the checks of .clang-tidy
	clang-tidy --quiet $(sources) -- $(filter-out -MMD -MP,$(cflags)) \
		$(lib_cflags) $(CFLAGS)

compile_commands.json: ## for clangd and clang-tidy
	bear -- $(MAKE) -B

clean: ## remove what was built
	rm -rf build wfctl

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 20

.PHONY: man completions all test unit-tests unit golden cli tui crash limits crash-long crash-build crash-programs lint check-asan san-helpers \
	fuzzers run-fuzz-smoke fuzz-smoke fuzz bench bench-tui \
	install uninstall format tidy clean help FORCE
