# Comes before a script that names programs, and tells of those that a loader of the host's must load
# with its libc: the loader, and which versions of glibc they name. Go writes the loader's name at the
# end of the first 4 KiB. What names a loader that isn't here doesn't run here either.
linked() {
  while read -r f; do
    if [ ! -f "$f" ] || [ ! -x "$f" ] || [ -L "$f" ]; then continue; fi
    loader=$(head -c 8192 "$f" | LC_ALL=C tr -c 'A-Za-z0-9/_.-' '\n' | sed -n -e '2{' -e '/^ELF$/!q' \
      -e '}' -e 's#^/.*/ld[^/]*\.so[.0-9]*$#&#p' | head -n 1)
    if [ -z "$loader" ] || [ ! -e "$loader" ]; then continue; fi
    # Not by `grep -a`: some greps take a line of a program to end with its first NUL.
    echo "linked $f $loader $(LC_ALL=C tr -c 'A-Za-z0-9_.' '\n' <"$f" |
      LC_ALL=C grep '^GLIBC_[0-9A-Z_.]*$' | sort -u | sed 's/^GLIBC_//' | tr '\n' ' ')"
  done
}
