package io.velocitydb.e2e.repository;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.velocitydb.e2e.checkout.Repository;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * A Maven module of the build: its folder, what its POM declares, its sources and its compiled
 * classes.
 *
 * @param folder relative to the root, {@code "velocity-engine"}
 */
record Module(String folder) {

  /**
   * A dependency as a POM declares it; {@code scope} is {@code compile} where the POM says nothing.
   */
  record Dependency(String group, String artifact, String scope) {

    boolean isOurs() {
      return group.equals("io.velocitydb");
    }

    boolean isForTests() {
      return scope.equals("test");
    }

    @Override
    public String toString() {
      return group + ":" + artifact;
    }
  }

  /** All modules that the root POM lists, in its order. */
  static List<Module> all() {
    List<Module> modules = new ArrayList<>();
    NodeList nodes = parse(Path.of("pom.xml")).getElementsByTagName("module");
    for (int i = 0; i < nodes.getLength(); i++) {
      modules.add(new Module(nodes.item(i).getTextContent().strip()));
    }
    return modules;
  }

  /** The dependencies that the root POM gives to every module. */
  static List<Dependency> dependenciesOfAll() {
    return dependencies(parse(Path.of("pom.xml")));
  }

  /** {@code "engine"} of {@code velocity-engine}; also the last part of its root package. */
  String name() {
    return folder.substring(folder.lastIndexOf('/') + 1).replaceFirst("^velocity-", "");
  }

  List<Dependency> dependencies() {
    return dependencies(parse(Path.of(folder, "pom.xml")));
  }

  /** Java sources below {@code src/main} or {@code src/test}, relative to the root. */
  List<Path> sources(String kind) {
    Path below = Path.of(folder, "src", kind, "java");
    return Repository.files().stream()
        .filter(file -> file.startsWith(below) && file.toString().endsWith(".java"))
        .toList();
  }

  /** The compiled classes of {@code src/main}; fails if they have not been compiled. */
  JavaClasses classes() {
    Path classes = Repository.root().resolve(folder).resolve("target/classes");
    if (!Files.isDirectory(classes)) {
      throw new AssertionError(folder + " is not compiled; run: ./mvnw verify");
    }
    return new ClassFileImporter().importPath(classes);
  }

  @Override
  public String toString() {
    return folder;
  }

  private static List<Dependency> dependencies(Document pom) {
    List<Dependency> found = new ArrayList<>();
    NodeList nodes = pom.getElementsByTagName("dependency");
    for (int i = 0; i < nodes.getLength(); i++) {
      Element element = (Element) nodes.item(i);
      String around = element.getParentNode().getParentNode().getNodeName();
      if (around.equals("project")) {
        String scope = text(element, "scope");
        found.add(
            new Dependency(
                text(element, "groupId"),
                text(element, "artifactId"),
                scope.isEmpty() ? "compile" : scope));
      }
    }
    return found;
  }

  private static String text(Element element, String child) {
    NodeList nodes = element.getElementsByTagName(child);
    return nodes.getLength() == 0 ? "" : nodes.item(0).getTextContent().strip();
  }

  private static Document parse(Path pom) {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(Repository.read(pom))));
    } catch (Exception e) {
      throw new AssertionError("cannot read " + pom, e);
    }
  }
}
