# shellcheck shell=bash
# Shared by mvnw and the velocity launcher: finds a JDK. Sourced, not run.

# Succeeds when the folder $1 holds a JDK whose feature release is at least $2.
is_jdk() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  local release
  release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  [ -n "$release" ] && [ "$release" -ge "$2" ]
}

# Prints the home of a JDK of feature release $1 or newer: JAVA_HOME, then the PATH, then the usual folders.
find_jdk() {
  local home java
  if [ -n "${JAVA_HOME:-}" ] && is_jdk "$JAVA_HOME" "$1"; then
    echo "$JAVA_HOME"
    return 0
  fi
  java=$(command -v java || true)
  if [ -n "$java" ]; then
    home=$(dirname "$(dirname "$(readlink -f "$java")")")
    if is_jdk "$home" "$1"; then
      echo "$home"
      return 0
    fi
  fi
  for home in /usr/lib/jvm/*"$1"* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/"$1"* \
    /Library/Java/JavaVirtualMachines/*"$1"*/Contents/Home /usr/lib/jvm/* "${HOME:-}"/.jdks/*; do
    if is_jdk "$home" "$1"; then
      echo "$home"
      return 0
    fi
  done
  return 1
}
