package io.kubegraft.remote;

/// The scripts behind reading and writing files.
final class FileScripts {
  /// Exit status for a file that isn't there.
  static final int MISSING = 66;

  private FileScripts() {}

  static String read(String path) {
    return """
    # read %s
    f=%s
    [ -e "$f" ] || exit %d
    exec cat -- "$f"
    """
        .formatted(title(path), Words.quote(absolute(path)), MISSING);
  }

  /// Content comes on standard input. The temporary file is of mode 0600 until all is in it. Its
  /// name is always the same, so that the next try clears away what a killed host has left.
  static String write(String path, long size, FileMode mode) {
    return """
    # write %s
    set -eu
    f=%s
    d=${f%%/*}
    if [ -d "$f" ]; then echo "$f is a folder" >&2; exit 1; fi
    mkdir -p -- "${d:-/}"
    t=$d/.kubegraft.${f##*/}
    trap 'rm -f -- "$t"' EXIT
    trap 'exit 143' TERM HUP INT
    rm -f -- "$t"
    umask 077
    set -C
    cat > "$t"
    n=$(wc -c < "$t")
    if [ "$n" -ne %d ]; then echo "only $n of %d bytes have arrived" >&2; exit 1; fi
    chown %s:%s "$t"
    chmod %s "$t"
    if command -v selinuxenabled >/dev/null && selinuxenabled; then
      if [ -e "$f" ]; then
        chcon --reference="$f" "$t"
      elif command -v matchpathcon >/dev/null; then
        chcon "$(matchpathcon -n "$f")" "$t"
      fi
    fi
    sync "$t" 2>/dev/null || sync
    mv -f -- "$t" "$f"
    sync "${d:-/}" 2>/dev/null || sync
    """
        .formatted(
            title(path),
            Words.quote(absolute(path)),
            size,
            size,
            mode.owner(),
            mode.group(),
            mode.mode());
  }

  private static String title(String path) {
    return path.replaceAll("\\p{Cntrl}", "?");
  }

  private static String absolute(String path) {
    if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not the absolute path of a file: " + path);
    }
    return path;
  }
}
