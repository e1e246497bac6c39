# Short names for what is done often. The work is in CMakePresets.json and scripts/.
JOBS ?= $(shell nproc)
export UBSAN_OPTIONS ?= print_stacktrace=1
export CTEST_PARALLEL_LEVEL ?= $(JOBS)

# $(call configure,PRESET): a new build folder compiles several sources at once; one that is there stays as it is.
configure = cmake --preset $(1) $(if $(wildcard build/$(1)/CMakeCache.txt),,-DTBX_UNITY=ON)

.PHONY: demo test proof asan tsan clang benchmark lab lint format clean packages test-packages clang-packages build-release

demo: packages
	@mkdir -p build
	@$(call configure,release) >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --parallel $(JOBS) --target tbx
	@scripts/demo.sh build/release/tbx

build-release: test-packages
	$(call configure,release) -DTBX_TESTS=ON
	cmake --build --preset release --parallel $(JOBS)

test: build-release
	ctest --preset release

proof: packages
	$(call configure,release)
	cmake --build --preset release --parallel $(JOBS) --target tbx
	scripts/proof.sh build/release/tbx
	$(MAKE) lab

asan tsan: test-packages
	$(call configure,$@) -DTBX_TESTS=ON
	cmake --build --preset $@ --parallel $(JOBS)
	ctest --preset $@

clang: test-packages clang-packages
	$(call configure,clang-release) -DTBX_TESTS=ON
	cmake --build --preset clang-release --parallel $(JOBS)
	ctest --preset clang-release

# The real tools against the lab: its own tests, then the scenarios, for LAB_MINUTES (0: all of them). Without Go it says
# how to get it, and is no failure.
LAB_MINUTES ?= 0
lab:
	@scripts/lab_tools.sh; case $$? in \
	0) $(MAKE) build-release && (cd tests/lab && CGO_ENABLED=0 nice -n 10 go test -trimpath -count=1 -timeout 20m ./...) && \
	   scripts/lab_scenarios.sh build/release/tbx_tests $(LAB_MINUTES) ;; \
	77) ;; \
	*) exit 1 ;; esac

benchmark: build-release
	cmake --build --preset release --parallel $(JOBS) --target tbx_benchmarks tbx_process_benchmarks
	build/release/tbx_benchmarks
	build/release/tbx_process_benchmarks

# Without precompiled headers, and configured for clang: what g++ is told, clang-tidy may not understand.
lint: test-packages clang-packages
	cmake --preset clang-release -B build/lint -DTBX_TESTS=ON -DTBX_PRECOMPILE=OFF
	cmake --build build/lint --target tbx_embedded
	scripts/lint.sh build/lint $(JOBS)

format: clang-packages
	git ls-files -z '*.h' '*.cpp' | xargs -0 clang-format-16 -i

packages:
	@scripts/install_packages.sh build

test-packages:
	@scripts/install_packages.sh build test

clang-packages:
	@scripts/install_packages.sh build clang

clean:
	rm -rf build
