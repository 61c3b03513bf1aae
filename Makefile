# make run        build and open the prompt
# make test       build and run every test
# make install    one binary under PREFIX, the Swift runtime inside
# make bench      measure against OTP, side by side
# make conformance  the checklist of the protocol, item by item, against OTP
# make check      what CI checks before the tests: format, warnings, imports

PREFIX ?= /usr/local
RUN_PACKAGES = libedit-dev zlib1g-dev
TEST_PACKAGES = $(RUN_PACKAGES) erlang-base erlang-dev erlang-ssl elixir openssl tmux
RELEASE = swift build -c release --product beamsh --static-swift-stdlib
# Distribution over TLS takes long to build: what is tested and installed has it, what `make run` builds has not.
TLS = --traits TLS

.PHONY: run test install bench conformance check lint clean run-packages test-packages

run: run-packages
	@$(RELEASE) >&2
	@exec .build/release/beamsh $(ARGS)

test: test-packages
	swift build --build-tests $(TLS)
	@dev/test.sh

install: run-packages
	$(RELEASE) $(TLS)
	install -d $(DESTDIR)$(PREFIX)/bin
	install -s -m 755 .build/release/beamsh $(DESTDIR)$(PREFIX)/bin/beamsh

bench: test-packages
	@$(RELEASE) >&2
	@swift build -c release --static-swift-stdlib --package-path Benchmarks >&2
	@Benchmarks/.build/release/bench $(TOPICS)

conformance: test-packages
	@dev/conformance.sh

check: test-packages
	dev/check.sh

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks/Sources Benchmarks/Package.swift

clean:
	rm -rf .build Benchmarks/.build

run-packages:
	@dev/packages.sh $(RUN_PACKAGES)

test-packages:
	@dev/packages.sh $(TEST_PACKAGES)
