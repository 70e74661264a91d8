# Every command that it brings takes the place of GNU's.
for program in /usr/lib/cargo/bin/coreutils/*; do
  [ -e "/usr/bin/${program##*/}" ] || continue
  "$(command -v ln)" -sf "$program" "/usr/bin/${program##*/}"
done
readlink -f /usr/bin/ls | grep -x /usr/bin/coreutils
