package io.velocitydb.e2e.checkout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The tree that these tests belong to: where it is, and the files that are its source. */
public final class Repository {

  /** Folders that hold what tools made or keep, not source. */
  private static final Set<String> NOT_SOURCE =
      Set.of(".git", "target", "node_modules", "dist", "data", "velocitydb", ".idea", ".vscode");

  private static final Set<String> TEXT =
      Set.of(
          "java",
          "md",
          "xml",
          "sh",
          "bat",
          "yml",
          "toml",
          "properties",
          "fbs",
          "py",
          "ps1",
          "config");

  private static final Path ROOT = findRoot();

  private Repository() {}

  /** The folder that holds {@code mvnw}. */
  public static Path root() {
    return ROOT;
  }

  /** Every source file, relative to {@link #root()}, in order of name. */
  public static List<Path> files() {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              return isNotSource(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              // In a linked work tree ".git" is a file.
              if (!file.endsWith(".git")) {
                found.add(ROOT.relativize(file));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(null);
    return found;
  }

  /** The text of a file, named relative to {@link #root()}. */
  public static String read(Path file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a file, named relative to {@link #root()}. */
  public static String read(String file) {
    return read(Path.of(file));
  }

  /** Whether a program wrote this file: the FlatBuffers classes. */
  public static boolean isGenerated(Path file) {
    return file.toString().contains("/fbs/");
  }

  /**
   * Whether this file is text that people read and write: sources, scripts, documentation,
   * configuration.
   */
  public static boolean isText(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? isScriptOrPlainText(file) : TEXT.contains(name.substring(dot + 1));
  }

  /**
   * Files without an extension: scripts and the like, but also a database's own files kept as test
   * data.
   */
  private static boolean isScriptOrPlainText(Path file) {
    try {
      return Files.readString(ROOT.resolve(file)).indexOf(0) < 0;
    } catch (MalformedInputException binary) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isNotSource(Path folder) {
    if (!NOT_SOURCE.contains(folder.getFileName().toString())) {
      return false;
    }
    // "dist", "data" and "velocitydb" are names of source folders too, deeper down.
    return folder.getParent().equals(ROOT)
        || folder.endsWith("target")
        || folder.endsWith("node_modules");
  }

  private static Path findRoot() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("mvnw"))) {
        return folder;
      }
    }
    throw new AssertionError("these tests run inside the repository; no folder above holds mvnw");
  }
}
