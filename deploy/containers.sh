#!/usr/bin/env bash
# Builds the images of the three services and runs them here, as a container platform would: without root, capabilities and a
# writable file system. Then counts words through all three, and checks what they may not do. Nothing is left but a cached base image.
# Needs podman, runc, docker-registry and debootstrap (Debian's packages), the .NET SDK, and root, which debootstrap asks for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly user=1654
cache=${XDG_CACHE_HOME:-$HOME/.cache}/wippy-aspire/base
work=$(mktemp -d)
export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf

step() { printf '\n== %s\n' "$*"; }

fail() {
  echo "error: $*" >&2
  for name in system user terminal; do podman logs "wippy-$name" 2>&1 | tail -n 20 | sed "s/^/$name | /" >&2 || true; done
  exit 1
}

cleanup() {
  podman rm --all --force --time 5 >/dev/null 2>&1 || true
  podman network rm --force wippy >/dev/null 2>&1 || true
  [ -z "${registry:-}" ] || kill "$registry" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

for program in podman runc docker-registry debootstrap dotnet; do
  command -v "$program" >/dev/null || { echo "error: $program is missing; on Debian: apt-get install podman runc docker-registry debootstrap" >&2; exit 2; }
done

cat >"$work/storage.conf" <<CONF
[storage]
driver = "vfs"
graphroot = "$work/graph"
runroot = "$work/run"
CONF
# runc, and limits that a container may have where the defaults are higher than those of this machine.
cat >"$work/containers.conf" <<CONF
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
CONF

step "a registry on the loopback interface"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
host=127.0.0.1:$port
cat >"$work/registry.yml" <<CONF
version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: $work/registry } }
http: { addr: $host }
CONF
docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
registry=$!
for _ in $(seq 50); do curl -sf "http://$host/v2/" >/dev/null && break || sleep 0.1; done
curl -sf "http://$host/v2/" >/dev/null || fail "the registry does not answer: $(cat "$work/registry.log")"

step "the base image: Debian and the .NET runtime of this machine"
if [ ! -f "$cache/done" ]; then
  rm -rf "$cache"
  mkdir -p "$cache"
  debootstrap --variant=minbase --include=ca-certificates,libssl3,tzdata "${SUITE:-bookworm}" "$cache/files" >"$work/debootstrap.log" || fail "debootstrap: $(tail -n 5 "$work/debootstrap.log")"
  rm -rf "$cache/files"/var/cache/apt/* "$cache/files"/var/lib/apt/lists/* "$cache/files"/usr/share/doc/*
  touch "$cache/done"
fi
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
runtime="$cache/files/usr/share/dotnet"
rm -rf "$runtime"
mkdir -p "$runtime/shared"
cp -r "$dotnet/dotnet" "$dotnet/host" "$runtime"
cp -r "$dotnet/shared/Microsoft.NETCore.App" "$dotnet/shared/Microsoft.AspNetCore.App" "$runtime/shared"
base=$host/wippy/runtime:10.0
tar -C "$cache/files" -cf - . | podman import --quiet \
  --change 'ENV DOTNET_ROOT=/usr/share/dotnet' --change 'ENV PATH=/usr/share/dotnet:/usr/local/bin:/usr/bin:/bin' - "$base" >/dev/null
podman push --quiet --tls-verify=false "$base"

export DOTNET_CONTAINER_INSECURE_REGISTRIES=$host
for service in System User Terminal; do
  step "dotnet publish -t:PublishContainer Wippy.${service}Host"
  dotnet publish "Wippy.${service}Host" -c Release -m:1 -v q -t:PublishContainer -p:ContainerBaseImage="$base" -p:ContainerRegistry="$host"
  podman pull --quiet --tls-verify=false "$host/wippy/${service,,}:latest" >/dev/null
done

step "keys: one for each pair of zones, each service gets its own"
mkdir -p "$work"/{secrets/{system,user,terminal},run}
chmod 755 "$work"
bash deploy/keys.sh "$work/keys"
for pair in SystemUser SystemTerminal UserUser UserTerminal; do
  for service in system user terminal; do
    # The system service has UserTerminal for the connect file, through which `wippy connect` joins as a terminal.
    case "$pair:$service" in
      *System*:system | UserTerminal:system | *User*:user | *Terminal*:terminal) cp "$work/keys/$pair" "$work/secrets/$service/Wippy__Keys__$pair" ;;
    esac
  done
done
chown -R "$user" "$work/secrets" "$work/run"

# start SERVICE [OPTION...]: runs it in the background.
start() {
  local service=$1
  shift
  step "run $service"
  podman run --detach --name "wippy-$service" --hostname "$service" --network wippy "${hardened[@]}" \
    --volume "$work/secrets/$service:/run/secrets/wippy:ro" --volume "$PWD/samples/wordcount:/srv/app:ro" "$@" "$host/wippy/$service:latest" >/dev/null
}

address() { podman inspect --format '{{.NetworkSettings.Networks.wippy.IPAddress}}' "wippy-$1"; }

healthy() {
  for _ in $(seq 100); do
    [ "$(curl -s "http://$(address "$1"):8080/health" || true)" = Healthy ] && { echo "$1 is healthy"; return; }
    sleep 0.2
  done
  fail "$1 has not become healthy"
}

hardened=(--read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges --user "$user")
podman network create wippy >/dev/null
start system --volume "$work/run:/run/wippy" --env Wippy__ConnectFile=/run/wippy/connect.json
healthy system
known=(--add-host "system:$(address system)" --env services__system__channel__0=tcp://system:7000)
start user "${known[@]}"
start terminal "${known[@]}"
healthy user
healthy terminal

step "count words through all three"
podman run --rm --network wippy "${hardened[@]}" --volume "$work/run:/run/wippy" --volume "$PWD/samples/wordcount:/srv/app:ro" \
  "$host/wippy/terminal:latest" connect --file /run/wippy/connect.json count -- --workers 2 --poison xyzzy /srv/app/text.txt >"$work/counted" 2>"$work/said" ||
  fail "the count has failed: $(cat "$work/said")"
diff samples/wordcount/expected.txt "$work/counted" || fail "that is not what the sample counts"
cat "$work/counted" | head -n 3

step "what they may not do"
podman logs wippy-system 2>&1 | grep -q "topic 'secrets'" || fail "the refusal of the policy is not in the log of the system service"
echo "a worker was refused by the policy"
for service in system user terminal; do
  podman exec "wippy-$service" sh -c 'touch /here /tmp/here' 2>/dev/null && fail "$service can write"
  podman exec "wippy-$service" grep -q "^CapEff:.*0000000000000000" /proc/1/status || fail "$service has capabilities"
  [ "$(podman exec "wippy-$service" id -u)" = "$user" ] || fail "$service does not run as $user"
  echo "$service: user $user, no capabilities, read only"
done
podman exec wippy-user sh -c 'ls /run/secrets/wippy' | grep -q SystemTerminal && fail "the user service has a key that is not its own"

step "stop, dependents first"
for service in terminal user system; do
  podman stop --time 20 "wippy-$service" >/dev/null
  code=$(podman inspect --format '{{.State.ExitCode}}' "wippy-$service")
  [ "$code" = 0 ] || fail "$service ended with exit code $code"
done
step "three containers have counted words, and nothing else"
