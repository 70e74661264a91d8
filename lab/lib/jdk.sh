# shellcheck shell=bash
# A JDK 25 and Maven: this machine's own, or those that its apt has.

# Prints the folder of a JDK 25 or newer, if there is one.
jdk_25() {
  local jdk
  for jdk in "${KUBEGRAFT_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* "${HOME:-/root}"/.sdkman/candidates/java/* /opt/jdk* /opt/java*; do
    if [ -x "$jdk/bin/javac" ] && grep -qE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$jdk/release" 2>/dev/null; then
      echo "$jdk"
      return 0
    fi
  done
  return 1
}

# What the build of kubegraft wants and this machine lacks, from its apt; else one line says what to install.
jdk_get() {
  if ! jdk_25 >/dev/null; then
    debian_update
    if ! apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1; then
      echo 'no JDK 25 in JAVA_HOME, /usr/lib/jvm, ~/.sdkman or /opt, and apt has no openjdk-25-jdk-headless: install one there, or name it: KUBEGRAFT_JAVA_HOME=/path/to/jdk-25' >&2
      return 1
    fi
    debian_install openjdk-25-jdk-headless
  fi
  command -v mvn >/dev/null || debian_install maven
}
