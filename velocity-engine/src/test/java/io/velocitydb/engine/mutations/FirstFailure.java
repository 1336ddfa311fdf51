package io.velocitydb.engine.mutations;

import static org.junit.platform.engine.discovery.ClassNameFilter.excludeClassNamePatterns;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the ordinary tests in the order of their names until one fails, and prints which one, in one
 * line: {@code caught TEST SECONDS}, {@code survived - SECONDS}, or {@code hung TEST SECONDS} with
 * the test that was running when the time was up.
 *
 * <p>Arguments: the folder of the test classes, the seconds that the whole may take, and the
 * pattern of the names of the classes to run, if not all. Ends with 0 after {@code caught}, else
 * with 1.
 */
public final class FirstFailure implements TestExecutionListener {
  private final long start = System.nanoTime();
  private final AtomicLong tests = new AtomicLong();
  private volatile String running = "-";

  private FirstFailure() {}

  /** See the class. */
  public static void main(String[] arguments) {
    String names = arguments.length > 2 ? arguments[2] : ".*Test";
    new FirstFailure().run(Path.of(arguments[0]), Long.parseLong(arguments[1]), names);
  }

  private void run(Path classes, long seconds, String names) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                Thread.sleep(seconds * 1_000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              end("hung", running);
            });
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClasspathRoots(Set.of(classes)))
            .filters(includeClassNamePatterns(names), excludeClassNamePatterns(".*\\$.*"))
            .configurationParameter(
                "junit.jupiter.testclass.order.default",
                "org.junit.jupiter.api.ClassOrderer$ClassName")
            .build();
    Launcher launcher = LauncherFactory.create();
    launcher.execute(request, this);
    end(tests.get() == 0 ? "nothing-ran" : "survived", "-");
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    if (test.isTest()) {
      tests.incrementAndGet();
      running = name(test);
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.FAILED) {
      result.getThrowable().ifPresent(failure -> failure.printStackTrace(System.err));
      end("caught", name(test));
    }
  }

  private static String name(TestIdentifier test) {
    return test.getSource()
        .map(
            source ->
                switch (source) {
                  case MethodSource method ->
                      simple(method.getClassName()) + "." + method.getMethodName();
                  case ClassSource whole -> simple(whole.getClassName());
                  default -> test.getDisplayName();
                })
        .orElse(test.getDisplayName());
  }

  private static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  private synchronized void end(String verdict, String test) {
    System.out.printf("%s %s %d%n", verdict, test, (System.nanoTime() - start) / 1_000_000_000L);
    System.out.flush();
    Runtime.getRuntime().halt(verdict.equals("caught") ? 0 : 1);
  }
}
