package io.velocitydb.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the command may use. */
@AnalyzeClasses(
    packages = "io.velocitydb.cli",
    importOptions = ImportOption.DoNotIncludeTests.class)
class CommandRulesTest {

  @ArchTest
  static final ArchRule theServerIsStartedNotCalled =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.velocitydb.server..", "io.quarkus..");

  @ArchTest
  static final ArchRule onlyVerifyOpensTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.velocitydb.cli.database")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.velocitydb.engine..");

  @ArchTest
  static final ArchRule commandsSpeakThroughTheirConsole =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.velocitydb.cli.console")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .accessField(System.class, "in");

  @ArchTest
  static final ArchRule whatIsSharedDoesNotKnowTheCommands =
      noClasses()
          .that()
          .resideInAnyPackage("io.velocitydb.cli.console", "io.velocitydb.cli.connect")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.velocitydb.cli.keyvalue",
              "io.velocitydb.cli.transfer",
              "io.velocitydb.cli.database",
              "io.velocitydb.cli.user",
              "io.velocitydb.cli.server",
              "io.velocitydb.cli.settings");
}
