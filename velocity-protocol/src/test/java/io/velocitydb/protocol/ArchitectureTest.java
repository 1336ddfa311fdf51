package io.velocitydb.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The module is arithmetic over bytes: nothing in it waits, connects or looks at the time. */
@AnalyzeClasses(
    packages = "io.velocitydb.protocol",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule NO_SOCKETS_THREADS_FILES_OR_CLOCKS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.net..",
              "java.nio.channels..",
              "java.nio.file..",
              "java.util.concurrent..",
              "io.netty.channel..",
              "io.netty.handler..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.File")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Thread.class, java.time.Clock.class, java.security.SecureRandom.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.velocitydb.protocol.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule GENERATED_CODE_DEPENDS_ON_NOTHING_OF_OURS =
      noClasses()
          .that()
          .resideInAPackage("..fbs..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.velocitydb.protocol", "..frame..", "..message..", "..scram..");

  @ArchTest
  static final ArchRule THE_HANDSHAKE_KNOWS_NO_FRAMES =
      noClasses()
          .that()
          .resideInAPackage("..scram..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..frame..", "..message..", "..fbs..", "io.netty..");
}
