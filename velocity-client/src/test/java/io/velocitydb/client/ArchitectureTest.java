package io.velocitydb.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.velocitydb.client.error.VelocityException;

@AnalyzeClasses(
    packages = "io.velocitydb.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.velocitydb.client";

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule DEPENDENCIES_POINT_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("client")
          .definedBy(ROOT)
          .layer("admin")
          .definedBy(ROOT + ".admin")
          .layer("command")
          .definedBy(ROOT + ".command")
          .layer("connection")
          .definedBy(ROOT + ".connection")
          .layer("auth")
          .definedBy(ROOT + ".auth")
          .layer("trust")
          .definedBy(ROOT + ".trust")
          .layer("message")
          .definedBy(ROOT + ".message")
          .layer("telemetry")
          .definedBy(ROOT + ".telemetry")
          .layer("error")
          .definedBy(ROOT + ".error")
          .layer("value")
          .definedBy(ROOT + ".value")
          .layer("testing")
          .definedBy(ROOT + ".testing")
          .whereLayer("client")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("testing")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("admin")
          .mayOnlyBeAccessedByLayers("client")
          .whereLayer("command")
          .mayOnlyBeAccessedByLayers("client")
          .whereLayer("connection")
          .mayOnlyBeAccessedByLayers("client", "admin")
          .whereLayer("auth")
          .mayOnlyBeAccessedByLayers("client", "connection")
          .whereLayer("trust")
          .mayOnlyBeAccessedByLayers("client", "connection")
          .whereLayer("telemetry")
          .mayOnlyBeAccessedByLayers("client", "connection")
          .whereLayer("message")
          .mayOnlyBeAccessedByLayers("client", "admin", "command", "connection");

  @ArchTest
  static final ArchRule ONLY_CONNECTIONS_KNOW_THE_NETWORK =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, ROOT + ".connection", ROOT + ".testing")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule ONLY_VALUES_KNOW_JACKSON =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, ROOT + ".value")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml..");

  @ArchTest
  static final ArchRule NOTHING_OF_THE_SERVER_IS_USED =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.velocitydb.server..",
              "io.velocitydb.engine..",
              "io.velocitydb.config..",
              "io.velocitydb.cli..");

  @ArchTest
  static final ArchRule ERRORS_ARE_FINAL_OR_SEALED =
      classes()
          .that()
          .areAssignableTo(VelocityException.class)
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .should()
          .haveModifier(JavaModifier.FINAL);
}
