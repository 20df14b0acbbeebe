#!/bin/sh
# Spark needs Java. As root on Debian it is installed; otherwise it is said loudly that its tests are skipped.
command -v java >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Java…"
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-17-jre-headless >/dev/null && exit 0
fi
echo "***********************************************************************" >&2
echo "* Java is not here and can't be installed: TESTS ON SPARK ARE SKIPPED." >&2
echo "* Install it (on Debian: apt install openjdk-17-jre-headless) and again." >&2
echo "***********************************************************************" >&2
exit 0
