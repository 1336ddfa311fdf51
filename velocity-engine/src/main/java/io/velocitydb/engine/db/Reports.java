package io.velocitydb.engine.db;

import io.velocitydb.engine.VerifyReport;
import java.util.ArrayList;
import java.util.List;

/** Adds reports up. */
final class Reports {
  private Reports() {}

  static VerifyReport sum(List<VerifyReport> reports) {
    int files = 0;
    long bytes = 0;
    long entries = 0;
    List<String> problems = new ArrayList<>();
    for (VerifyReport report : reports) {
      files += report.files();
      bytes += report.bytes();
      entries += report.entries();
      problems.addAll(report.problems());
    }
    return new VerifyReport(files, bytes, entries, problems);
  }
}
