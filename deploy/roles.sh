#!/bin/sh
# Runs once, when the database container makes its cluster.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$SERVER_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE shangwu_app LOGIN PASSWORD :'password';
SQL
