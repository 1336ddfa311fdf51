package io.velocitydb.e2e.repository;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import io.velocitydb.e2e.checkout.Repository;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which module may depend on which, and on what of others: the table of {@code
 * src/docs/architecture.md}, held against the POMs and against the compiled classes.
 */
final class ModuleRulesTest {

  /** A line of the table: our own modules, theirs for tests only, and the libraries of others. */
  private record Allowed(Set<String> ours, Set<String> forTests, Set<String> libraries) {}

  private static final Map<String, Allowed> TABLE =
      Map.of(
          "config",
          new Allowed(
              Set.of(),
              Set.of(),
              Set.of("org.tomlj:tomlj", "com.fasterxml.jackson.core:jackson-core")),
          "protocol",
          new Allowed(
              Set.of(),
              Set.of(),
              Set.of(
                  "com.google.flatbuffers:flatbuffers-java",
                  "io.netty:netty-buffer",
                  "de.mkammerer:argon2-jvm",
                  "at.yawk.lz4:lz4-java",
                  "com.github.luben:zstd-jni")),
          "engine",
          new Allowed(
              Set.of(),
              Set.of(),
              Set.of("at.yawk.lz4:lz4-java", "com.github.luben:zstd-jni", "org.slf4j:slf4j-api")),
          "client",
          new Allowed(
              Set.of("protocol"),
              Set.of(),
              Set.of(
                  "io.netty:*",
                  "com.fasterxml.jackson.core:*",
                  "com.google.flatbuffers:flatbuffers-java")),
          "server",
          new Allowed(
              Set.of("config", "protocol", "engine"),
              Set.of("client"),
              Set.of("io.quarkus:*", "io.netty:*", "org.bouncycastle:bcpkix-jdk18on")),
          "cli",
          new Allowed(
              Set.of("config", "client", "engine"),
              Set.of(),
              Set.of(
                  "info.picocli:picocli",
                  "com.fasterxml.jackson.core:*",
                  "me.tongfei:progressbar",
                  "org.slf4j:slf4j-nop")),
          "bench",
          new Allowed(
              Set.of("config", "protocol", "engine", "client"),
              Set.of(),
              Set.of(
                  "info.picocli:picocli",
                  "org.hdrhistogram:*",
                  "org.rocksdb:rocksdbjni",
                  "org.slf4j:slf4j-simple",
                  "org.openjdk.jmh:*",
                  "io.netty:*",
                  "com.fasterxml.jackson.core:*")),
          "e2e",
          new Allowed(Set.of(), Set.of("protocol", "client", "server", "cli", "bench"), Set.of()));

  static List<Module> modules() {
    return Module.all();
  }

  static Stream<Module> modulesWithClasses() {
    return Module.all().stream().filter(module -> !module.sources("main").isEmpty());
  }

  @Test
  void everyModuleHasALineInTheTable() {
    assertThat(modules())
        .extracting(Module::name)
        .containsExactlyInAnyOrderElementsOf(TABLE.keySet());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aPomNamesOnlyTheModulesItMayDependOn(Module module) {
    Allowed allowed = TABLE.get(module.name());
    for (Module.Dependency dependency : module.dependencies()) {
      if (dependency.isOurs()) {
        String name = dependency.artifact().replaceFirst("^velocity-", "");
        assertThat(
                allowed.ours().contains(name)
                    || (dependency.isForTests() && allowed.forTests().contains(name)))
            .as("%s may not depend on %s (%s)", module, dependency, dependency.scope())
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aPomNamesOnlyTheLibrariesItMayDependOn(Module module) {
    Set<String> allowed = TABLE.get(module.name()).libraries();
    assertThat(module.dependencies())
        .filteredOn(dependency -> !dependency.isOurs() && !dependency.isForTests())
        .allMatch(
            dependency ->
                allowed.contains(dependency.toString())
                    || allowed.contains(dependency.group() + ":*"),
            "is in the table: " + allowed);
  }

  @ParameterizedTest
  @MethodSource("modulesWithClasses")
  void classesLiveInThePackageOfTheirModule(Module module) {
    classes().should().resideInAPackage(packageOf(module.name())).check(module.classes());
  }

  @ParameterizedTest
  @MethodSource("modulesWithClasses")
  void classesUseOnlyTheModulesTheyMay(Module module) {
    Set<String> others = new HashSet<>(TABLE.keySet());
    others.remove(module.name());
    others.removeAll(reachableFrom(module.name()));
    String[] forbidden =
        others.stream().map(ModuleRulesTest::packageOf).sorted().toArray(String[]::new);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(module.classes());
  }

  @Test
  void theEngineKnowsNeitherNettyNorQuarkus() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..", "io.quarkus..", "io.vertx..", "io.smallrye..", "jakarta..")
        .check(new Module("velocity-engine").classes());
  }

  @Test
  void theProtocolHasNoSocketsAndNoThreads() {
    DescribedPredicate<JavaClass> socketsAndThreads =
        DescribedPredicate.describe(
            "open sockets or start threads",
            type ->
                Set.of(
                            "java.lang.Thread",
                            "java.net.Socket",
                            "java.net.ServerSocket",
                            "java.util.concurrent.Executor",
                            "java.util.concurrent.ExecutorService",
                            "java.util.concurrent.Executors",
                            "java.util.concurrent.CompletableFuture",
                            "java.util.Timer")
                        .contains(type.getName())
                    || type.getPackageName().startsWith("java.nio.channels")
                    || type.getPackageName().startsWith("io.netty.channel"));
    noClasses()
        .should()
        .dependOnClassesThat(socketsAndThreads)
        .check(new Module("velocity-protocol").classes());
  }

  @Test
  void theTableInTheArchitecturePageIsThisOne() {
    Map<String, Set<String>> documented =
        Repository.read("src/docs/architecture.md")
            .lines()
            .filter(line -> line.startsWith("| `velocity-"))
            .map(line -> line.split("\\|", -1))
            .collect(
                Collectors.toMap(
                    cells -> cells[1].replaceAll("[` ]|velocity-", ""), cells -> words(cells[3])));

    TABLE.forEach(
        (module, allowed) -> {
          if (!module.equals("e2e")) {
            assertThat(documented.get(module)).as(module).isEqualTo(allowed.ours());
          }
        });
  }

  /** What a module may depend on, and what that brings along. */
  private static Set<String> reachableFrom(String module) {
    Set<String> reachable = new HashSet<>();
    for (String next : TABLE.get(module).ours()) {
      reachable.add(next);
      reachable.addAll(reachableFrom(next));
    }
    return reachable;
  }

  private static Set<String> words(String cell) {
    return Stream.of(cell.split(",", -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toSet());
  }

  private static String packageOf(String module) {
    return "io.velocitydb." + module + "..";
  }
}
