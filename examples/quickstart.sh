#!/usr/bin/env bash
# Builds `mesh` and does its main job on a practice cluster of its own, in a temporary folder: no cluster is needed, and no
# kubeconfig is read or changed. Each command is printed, run, and its result checked; the cluster is stopped at the end.
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
mesh() { "$binary" "$@"; }
finish() {
    mesh sandbox down --state-dir "$folder/practice" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
cd "$folder"

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

failures=0
bold='' plain=''
[ ! -t 1 ] || { bold=$'\033[1m' plain=$'\033[0m'; }

# Prints a line of shell, then runs it with its result in result.txt; shows the first lines of it.
run() {
    printf '\n%s$ %s%s\n' "$bold" "$1" "$plain"
    eval "set -o pipefail; $1" > result.txt || { echo "  FAILED: exit code $?"; failures=$((failures + 1)); }
    head -n "${lines:-16}" result.txt
    local rest=$(($(wc -l < result.txt) - ${lines:-16}))
    [ "$rest" -le 0 ] || echo "… and $rest more lines"
}

# Runs the line $1, again and again for a minute, until no line of its output fails to match $2; the rest says what that means.
expect() {
    local line=$1 pattern=$2 shown
    shift 2
    for _ in $(seq 120); do
        shown=$(eval "$line" 2>&1) || shown=
        if [ -n "$shown" ] && ! grep -qvE -- "$pattern" <<< "$shown"; then
            echo "  ok: $*"
            return
        fi
        sleep 0.5
    done
    printf '  FAILED: %s; `%s` says:\n%s\n' "$*" "$line" "$shown"
    failures=$((failures + 1))
}

run 'mesh sandbox up --port 0 --state-dir practice'
export KUBECONFIG=$folder/practice/kubeconfig

run 'mesh manifest apply --profile demo'
expect 'mesh status -o json | grep -oE "\"(istiod|kiali)\"" | sort -u | wc -l' '^2$' "the control plane and the add-ons are there"

if command -v kubectl > /dev/null; then
    run 'kubectl get pod -n istio-system'
    expect 'kubectl get pod -n istio-system --no-headers' ' 1/1 +Running ' "all pods of istio-system are Running and READY"

    run 'mesh kube-inject -f app.yaml | kubectl apply -f -'
    expect 'kubectl get pod -l app=hello --no-headers' ' 2/2 +Running ' "the pod of the application is 2/2"
else
    echo
    echo "SKIPPED: there is no kubectl on PATH: pods are not looked at, and the injected application is not applied"
    run 'mesh kube-inject -f app.yaml'
    expect 'grep -c "name: istio-proxy$" result.txt' '^1$' "the sidecar is in the pod"
fi

run 'mesh inject enable default'
run 'mesh sample apply bookinfo --wait'
if command -v kubectl > /dev/null; then
    expect 'kubectl get pod -l "app in (productpage,details,reviews,ratings)" --no-headers' ' 2/2 +Running ' "all pods of bookinfo are 2/2"
fi

lines=30 run 'mesh canary shift reviews 90 10'
run 'mesh canary status reviews'
expect 'grep -oE "v[12] +[0-9]+%" result.txt' '^v1 +90%$|^v2 +10%$' "90 % go to v1 and 10 % to v2"
if command -v kubectl > /dev/null; then
    expect 'kubectl get virtualservice reviews -o jsonpath="{.spec.http[*].route[*].weight}"' '^90 10$' "the VirtualService says 90/10"
fi

run 'mesh sandbox down --state-dir practice'
echo
if [ "$failures" -gt 0 ]; then
    echo "$failures of the checks failed"
    exit 1
fi
echo "all of it works"
