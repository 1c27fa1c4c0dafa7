# Short names for what one does all day. Every check is a step of .ci/run, so that both do the same.

# list the recipes
default:
    @just --list

# everything that must pass before a change lands
check:
    .ci/run

# rustfmt, as a check
format:
    .ci/run format

# clippy, warnings are errors
lint:
    .ci/run lint

# all tests
test:
    .ci/run tests

# the four lines of the README on a release build
quickstart:
    examples/quickstart.sh

# the figures of benches/README.md, on a quiet machine
bench:
    cargo bench --locked

# licences, sources and duplicates of the dependencies (needs cargo-deny)
deny:
    cargo deny check bans licenses sources

# accept the snapshots that the tests write; read the difference before committing
snapshots:
    INSTA_UPDATE=always cargo test

# rewrite what is generated from the command line and from the types
generate:
    cargo run --quiet -- util completions --dir completions
    cargo run --quiet -- util crds --dir manifests/base/crds
