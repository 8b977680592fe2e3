#!/bin/sh
# Runs once, when the server's data folder is made: one database for each service.
set -eu

psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create database claims;
create database notifications;
SQL
