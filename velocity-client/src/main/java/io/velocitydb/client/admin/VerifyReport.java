package io.velocitydb.client.admin;

import java.time.Duration;
import java.util.List;

/**
 * What a verification found.
 *
 * @param files read
 * @param bytes read
 * @param entries read
 * @param problems one sentence each; empty when all is well
 * @param duration how long it took
 */
public record VerifyReport(
    long files, long bytes, long entries, List<String> problems, Duration duration) {

  /** Whether nothing is wrong. */
  public boolean clean() {
    return problems.isEmpty();
  }
}
