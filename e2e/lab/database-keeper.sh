#!/bin/bash
# Holds one PostgreSQL cluster: database-keeper.sh FOLDER NAME, as init of namespaces of its own (unit.sh)
set -euo pipefail
folder=$1
. "$(dirname "$0")/environment.sh"
programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$programs/postgres" ] || fail 'PostgreSQL is missing: run e2e/lab/install-packages.sh'
port=$(cat "$folder/port")
PGPASSWORD=$(cat "$folder/password")
export PGPASSWORD

mkdir -p "$folder/data"
mount -t tmpfs -o mode=700,uid="$(id -u postgres)",gid="$(id -g postgres)" tmpfs "$folder/data"
data=$folder/data/cluster
install -m 600 -o postgres "$folder/password" "$folder/data/password"
as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)
"${as_postgres[@]}" "$programs/initdb" --pgdata="$data" --username=quaymaster --encoding=UTF8 --locale=C.UTF-8 \
  --auth=scram-sha-256 --pwfile="$folder/data/password" --no-sync

# What a crash of the server itself must not lose stays on; what only a crash of the machine could lose is off.
settings=(-c port="$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off
  -c max_wal_size=256MB -c shared_buffers=64MB -c log_statement=none)
sql() { psql --no-psqlrc --quiet --host=127.0.0.1 --port="$port" --username=quaymaster --dbname="$1" --command="$2"; }

exec {power}<> "$folder/power"
created=''
while :; do
  "${as_postgres[@]}" "$programs/postgres" -D "$data" "${settings[@]}" < /dev/null &
  postmaster=$!
  until "$programs/pg_isready" --quiet --host=127.0.0.1 --port="$port" || ! kill -0 $postmaster 2> /dev/null; do sleep 0.05; done
  [ -n "$created" ] || sql postgres 'create database quaymaster'
  created=yes
  echo on > "$folder/state"
  wait $postmaster || true
  # After a crash its children go in their own time, and the next server refuses to start beside them.
  while pgrep -x postgres > /dev/null; do sleep 0.02; done
  echo off > "$folder/state"
  read -r _ <& "$power"
done
