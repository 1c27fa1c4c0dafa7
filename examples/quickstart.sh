#!/usr/bin/env bash
# Builds `mesh` and does its main job, on files of its own in a temporary folder: no cluster needed, nothing changed.
# Each command is printed, run, and its result checked.
#
#   examples/quickstart.sh                    builds the release binary first
#   examples/quickstart.sh --binary PATH      uses one that is there
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ "${1:-}" = --binary ] && [ -n "${2:-}" ]; then
    binary=$(realpath "$2")
elif [ $# -gt 0 ]; then
    echo "usage: $0 [--binary PATH]" >&2
    exit 2
else
    cargo build --release --locked --manifest-path "$root/Cargo.toml"
    binary=${CARGO_TARGET_DIR:-$root/target}/release/mesh
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mesh() { "$binary" "$@"; }

cat > app.yaml <<'YAML'
# An application, as it was written before it knew of any mesh.
apiVersion: v1
kind: Service
metadata:
  name: hello
spec:
  selector: {app: hello}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
spec:
  selector:
    matchLabels: {app: hello}
  template:
    metadata:
      labels: {app: hello, version: v1}
    spec:
      containers:
      - name: hello   # listens on 8080
        image: registry.example/hello:1.0
        ports:
        - containerPort: 8080
YAML

cat > routing.yaml <<'YAML'
# Who gets which version. Ask the shop team before you change it!
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews, subset: v1}
      weight: 100      # stable
    - destination: {host: reviews, subset: v2}
      weight: 0        # canary
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: reviews
spec:
  host: reviews
  subsets:
  - name: v1
    labels: {version: v1}
  - name: v2
    labels: {version: v2}
YAML

failures=0
bold='' plain=''
[ ! -t 1 ] || { bold=$'\033[1m' plain=$'\033[0m'; }

# Prints a command, then runs it with its result in result.txt; shows the first lines of it.
run() {
    printf '\n%s$ mesh %s%s\n' "$bold" "$*" "$plain"
    mesh "$@" > result.txt || { echo "FAILED: exit code $?"; failures=$((failures + 1)); return; }
    head -n "${lines:-12}" result.txt
    local rest=$(($(wc -l < result.txt) - ${lines:-12}))
    [ "$rest" -le 0 ] || echo "… and $rest more lines"
}

# Checks the file $1 for a line that matches $2; the rest says what that means.
expect() {
    local file=$1 pattern=$2
    shift 2
    if grep -qE -- "$pattern" "$file"; then
        echo "  ok: $*"
    else
        echo "  FAILED: $* (no line like $pattern)"
        failures=$((failures + 1))
    fi
}

run profile list
expect result.txt '^demo ' "the profile demo is listed"

run manifest generate --profile demo
expect result.txt '^kind: CustomResourceDefinition' "the definitions of Istio's resources"
expect result.txt '^  name: istiod$' "the control plane"
expect result.txt '^  name: istio-ingressgateway$' "the ingress gateway"
expect result.txt '^  name: kiali$' "the add-ons"

run kube-inject -f app.yaml
expect result.txt 'name: istio-proxy$' "the sidecar is in the pod"
expect result.txt '^# An application, as it was written' "the Service and its comment are as they were"

lines=30 run canary shift reviews 90 10 -f routing.yaml
expect routing.yaml '^      weight: 90      # stable$' "90 % to v1, the comment kept"
expect routing.yaml '^      weight: 10        # canary$' "10 % to v2, the comment kept"
expect routing.yaml '^# Who gets which version' "nothing else was touched"

echo
if [ "$failures" -gt 0 ]; then
    echo "$failures of the checks failed"
    exit 1
fi
echo "all of it works"
