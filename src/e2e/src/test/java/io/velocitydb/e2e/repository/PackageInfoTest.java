package io.velocitydb.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How packages introduce themselves. */
final class PackageInfoTest {

  private static final Pattern JAVADOC =
      Pattern.compile("(?s)/\\*\\*(.*?)\\*/\\s*@NullMarked\\s+package ");

  @Test
  void everyPackageIntroducesItselfAndIsNullMarked() {
    for (Path folder : PackageRulesTest.packages()) {
      Path file = folder.resolve("package-info.java");
      assertThat(Repository.root().resolve(file)).as("%s", file).exists();
      var javadoc = JAVADOC.matcher(Repository.read(file));
      assertThat(javadoc.find())
          .as("%s: a Javadoc comment, then @NullMarked, then the package", file)
          .isTrue();
      assertThat(javadoc.group(1).replaceAll("[*\\s]+", " ").strip())
          .as("%s: what the package is, what it promises, where to start", file)
          .hasSizeGreaterThan(60);
    }
  }
}
