# hooksift: `make demo` sets up and runs the main job on samples/; `make test` sets up and passes the tests.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

JOBS ?= 2
PREFIX ?= /usr/local
# The package traits whose libraries are installed: ISA-L inflates faster, libzstd reads zstd. `make build TRAITS=` builds without.
TRAITS ?= $(call with,libisal,ISAL) $(call with,libzstd,Zstd)
with = $(shell pkg-config --exists $(1) 2>/dev/null && echo $(2))
comma := ,
space := $(subst ,, )
SWIFT_TRAITS = $(if $(strip $(TRAITS)),--traits $(subst $(space),$(comma),$(strip $(TRAITS))))
SWIFT_BUILD = swift build -j $(JOBS) $(SWIFT_TRAITS)
# The modules are small and call each other for every byte: 5 % faster when they are optimised together.
RELEASE := -c release -Xswiftc -cross-module-optimization
HOOKSIFT := .build/release/hooksift
PYTHON := .venv/bin/python
# Pages that the unit tests make and the end-to-end tests look at in a browser.
PAGES := $(CURDIR)/.build/pages
# What is tested in release too: property tests over many cases, and what unchecked arithmetic could change.
RELEASE_TESTS := AnalysisTests|ArchivesTests|CapturesTests|JSONTests|LakeTests|ObservationsTests|ParquetTests|PipelineTests|RecognitionTests|RunsTests|StatisticsTests

.PHONY: help demo test bench install setup setup-tests build lint format unit-tests release-tests end-to-end clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: build ## Set up, run the main job on samples/ and show the result
	$(HOOKSIFT) run samples/archives --secret-file samples/secrets.json --output hooksift-out --rebuild
	@echo; echo "What the multivariate features showed, by day (first rows of feature_daily):"
	@$(HOOKSIFT) export feature_daily --output hooksift-out | grep -E '^date|MULTIVARIATE' | head -8 || true
	@echo; $(HOOKSIFT) run --config samples/experiments/hooksift.yaml
	@echo; echo "Everything is in hooksift-out: open hooksift-out/summaries/feature_daily.csv in a spreadsheet,"
	@echo "and hooksift-out/shop/index.html in a browser, which shows all of it and leads to the reports of the experiments."

test: lint unit-tests release-tests end-to-end demo ## Set up and pass the tests

install: build ## Copy the program to PREFIX/bin
	install -d $(PREFIX)/bin
	install -m 755 $(HOOKSIFT) $(PREFIX)/bin/hooksift

bench: build setup-tests ## Measure against inflating and hashing alone, DuckDB and pyarrow
	$(SWIFT_BUILD) $(RELEASE) --product hooksift-bench
	.build/release/hooksift-bench --python $(PYTHON) $(BENCH)

build: setup ## Build the release binary
	$(SWIFT_BUILD) $(RELEASE) --product hooksift

lint: setup ## Check the format of the code
	swift format lint --strict -r Sources Tests Package.swift

format: ## Bring the code into format
	swift format -i -r Sources Tests Package.swift

unit-tests: setup
	$(SWIFT_BUILD) --build-tests
	HOOKSIFT_PAGES=$(PAGES) swift test --skip-build --parallel $(SWIFT_TRAITS)

release-tests: build
	swift test $(RELEASE) -j $(JOBS) $(SWIFT_TRAITS) --disable-testable-imports --filter '$(RELEASE_TESTS)'

end-to-end: build setup-tests $(PAGES)
	HOOKSIFT=$(CURDIR)/$(HOOKSIFT) HOOKSIFT_PAGES=$(PAGES) $(PYTHON) -m pytest -q -n $(JOBS) --dist worksteal Tests/EndToEnd

$(PAGES):
	$(MAKE) --no-print-directory unit-tests

# What is missing is installed with apt-get; elsewhere the message says what is needed.
define need_packages
	@missing=(); for package in $(1); do \
	  dpkg -s "$$package" >/dev/null 2>&1 || missing+=("$$package"); done; \
	if [ "$${#missing[@]}" -gt 0 ]; then \
	  command -v apt-get >/dev/null || { echo "please install: $${missing[*]}" >&2; exit 1; }; \
	  run=(); [ "$$(id -u)" -eq 0 ] || run=(sudo); \
	  "$${run[@]}" apt-get update -q; \
	  DEBIAN_FRONTEND=noninteractive "$${run[@]}" apt-get install -y -q --no-install-recommends "$${missing[@]}"; \
	fi
endef

setup:
	@command -v swift >/dev/null || { echo "hooksift needs Swift 6.3 or later: see https://www.swift.org/install" >&2; exit 1; }
	@[ "$$(uname)" != Linux ] || ! command -v dpkg >/dev/null || $(MAKE) --no-print-directory setup-debian

# The same for what can be done without: tried once, and no failure.
define want_packages
	@for package in $(1); do \
	  if ! dpkg -s "$$package" >/dev/null 2>&1 && [ ! -e ".build/.tried-$$package" ]; then \
	    mkdir -p .build; touch ".build/.tried-$$package"; \
	    run=(); [ "$$(id -u)" -eq 0 ] || run=(sudo -n); \
	    { "$${run[@]}" apt-get update -q && DEBIAN_FRONTEND=noninteractive \
	      "$${run[@]}" apt-get install -y -q --no-install-recommends "$$package"; } \
	      || echo "going on without $$package" >&2; \
	  fi; \
	done
endef

.PHONY: setup-debian setup-debian-tests
setup-debian:
	$(call need_packages,zlib1g-dev pkg-config)
	$(call want_packages,libisal-dev libzstd-dev)

setup-debian-tests:
	$(call need_packages,python3 python3-venv chromium fonts-dejavu-core libreoffice-calc-nogui postgresql)

setup-tests:
	@! command -v dpkg >/dev/null || $(MAKE) --no-print-directory setup-debian-tests
	@$(MAKE) --no-print-directory .venv/.installed

.venv/.installed: Tests/EndToEnd/requirements.txt
	python3 -m venv .venv
	.venv/bin/python -m pip install -q --disable-pip-version-check -r Tests/EndToEnd/requirements.txt
	@touch $@

clean: ## Remove what was built
	rm -rf .build .venv hooksift-out
