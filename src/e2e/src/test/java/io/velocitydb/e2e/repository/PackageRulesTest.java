package io.velocitydb.e2e.repository;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How packages are cut. */
final class PackageRulesTest {

  /** Words that name a kind of code instead of what it is about. */
  private static final Set<String> KINDS =
      Set.of(
          "util",
          "utils",
          "impl",
          "manager",
          "managers",
          "helper",
          "helpers",
          "common",
          "misc",
          "internal");

  static Stream<Module> modulesWithClasses() {
    return ModuleRulesTest.modulesWithClasses();
  }

  @ParameterizedTest
  @MethodSource("modulesWithClasses")
  void packagesDependOnEachOtherWithoutCycles(Module module) {
    slices().matching("io.velocitydb.(**)").should().beFreeOfCycles().check(module.classes());
  }

  @Test
  void packagesAreNamedAfterWhatTheyAreAbout() {
    assertThat(packages())
        .noneMatch(folder -> Stream.of(folder.toString().split("/", -1)).anyMatch(KINDS::contains));
  }

  /** Folders with sources; test sources count where they have packages of their own. */
  static Set<Path> packages() {
    Set<Path> mains = foldersOf("main");
    Set<Path> tests = foldersOf("test");
    tests.removeIf(
        test -> mains.contains(Path.of(test.toString().replace("src/test/", "src/main/"))));
    mains.addAll(tests);
    assertThat(mains).isNotEmpty();
    return mains;
  }

  private static Set<Path> foldersOf(String kind) {
    List<Module> modules = Module.all();
    return modules.stream()
        .flatMap(module -> module.sources(kind).stream())
        .filter(file -> !Repository.isGenerated(file))
        .map(Path::getParent)
        .collect(Collectors.toSet());
  }
}
