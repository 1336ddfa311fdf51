package io.velocitydb.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * What a repair has found and done. Nothing was deleted: what could not be used was moved to the
 * folder {@code lost} of the data directory, or has a second name there.
 *
 * @param done one line for each thing that was repaired
 * @param lost one line for each thing whose contents are not in the databases any more
 * @param aside what was moved aside or kept
 * @param problems one line for each thing that is wrong still; empty if the directory opens as it
 *     should
 */
public record RepairReport(
    List<String> done, List<String> lost, List<Path> aside, List<String> problems) {
  public RepairReport {
    done = List.copyOf(done);
    lost = List.copyOf(lost);
    aside = List.copyOf(aside);
    problems = List.copyOf(problems);
  }
}
