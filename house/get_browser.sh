#!/bin/sh
# Browser tests need Chromium. As root on Debian it is installed; otherwise it is said loudly that they are skipped.
for name in chromium-headless-shell chromium; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium, Chinese type and poppler-utils…"
    apt-get update -qq || true
    for name in chromium-headless-shell chromium; do
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$name" fonts-noto-cjk poppler-utils >/dev/null && exit 0
    done
fi
echo "************************************************************************" >&2
echo "* Chromium is not here and can't be installed: BROWSER TESTS ARE SKIPPED." >&2
echo "* Install it (on Debian: apt install chromium-headless-shell fonts-noto-cjk) and again." >&2
echo "************************************************************************" >&2
exit 0
