package io.velocitydb.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The libraries that this project was asked to stand on are declared by the modules they belong to,
 * directly, and the code there uses them.
 */
final class AskedForTest {

  /** A library, the module it belongs to, and the packages whose import proves that it is used. */
  record Library(String artifact, String module, String kind, List<String> packages) {}

  static Stream<Library> libraries() {
    return Stream.of(
        new Library("quarkus-vertx", "velocity-server", "main", List.of("io.vertx.core.")),
        new Library(
            "quarkus-micrometer-registry-prometheus",
            "velocity-server",
            "main",
            List.of("io.micrometer.", "io.prometheus.")),
        new Library(
            "quarkus-smallrye-health",
            "velocity-server",
            "main",
            List.of("org.eclipse.microprofile.health.", "io.smallrye.health.")),
        new Library("argon2-jvm", "velocity-protocol", "main", List.of("de.mkammerer.argon2.")),
        new Library("lz4-java", "velocity-engine", "main", List.of("net.jpountz.")),
        new Library("rest-assured", "velocity-server", "test", List.of("io.restassured.")));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void itIsDeclaredDirectlyAndUsed(Library library) {
    Module module = new Module(library.module());

    assertThat(module.dependencies())
        .extracting(Module.Dependency::artifact)
        .as("dependencies of %s", module)
        .contains(library.artifact());
    assertThat(module.sources(library.kind()))
        .as("sources of %s that import %s", module, library.packages())
        .anyMatch(source -> imports(source, library.packages()));
  }

  @Test
  void everyModuleIsTestedWithJUnitJupiter() {
    assertThat(Module.dependenciesOfAll())
        .extracting(Module.Dependency::artifact)
        .contains("junit-jupiter");
    for (Module module : Module.all()) {
      assertThat(module.sources("test"))
          .as("tests of %s", module)
          .anyMatch(source -> imports(source, List.of("org.junit.jupiter.", "net.jqwik.")));
    }
  }

  private static boolean imports(Path source, List<String> packages) {
    String text = Repository.read(source);
    return packages.stream()
        .anyMatch(
            name -> text.contains("import " + name) || text.contains("import static " + name));
  }
}
