package io.velocitydb.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documentation names exists. Its commands are run by {@code TourIT}. */
final class DocumentationTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
  private static final Pattern JAVA_FILE = Pattern.compile("`([\\w/.-]*?(\\w+\\.java))`");
  private static final Pattern PATH_IN_TREE =
      Pattern.compile("`((?:src|velocity-\\w+|\\.ci|\\.github)/[\\w./-]+)`");

  @Test
  void linksWithinTheTreeLeadSomewhere() {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Repository.read(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://")
            && !Files.exists(Repository.root().resolve(page).resolveSibling(target))) {
          dead.add(page + " -> " + target);
        }
      }
    }
    assertThat(dead).isEmpty();
  }

  @Test
  void pathsNamedInTheDocumentationExist() {
    List<String> missing = new ArrayList<>();
    for (Path page : pages()) {
      Matcher named = PATH_IN_TREE.matcher(Repository.read(page));
      while (named.find()) {
        if (!Files.exists(Repository.root().resolve(named.group(1)))) {
          missing.add(page + " names " + named.group(1));
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void javaFilesNamedInTheDocumentationExist() {
    List<String> missing = new ArrayList<>();
    List<Path> files = Repository.files();
    for (Path page : pages()) {
      Matcher named = JAVA_FILE.matcher(Repository.read(page));
      while (named.find()) {
        Path name = Path.of(named.group(1));
        if (files.stream().noneMatch(file -> file.endsWith(name))) {
          missing.add(page + " names " + name);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void theArchitecturePageFollowsAGetAndASetThroughTheCode() {
    String page = Repository.read("src/docs/architecture.md");
    for (String way : List.of("## The way of a GET", "## The way of a SET")) {
      assertThat(page).contains(way);
      String section = page.substring(page.indexOf(way) + way.length());
      int next = section.indexOf("\n## ");
      Matcher named = JAVA_FILE.matcher(next < 0 ? section : section.substring(0, next));
      assertThat(named.results().count()).as("files named in \"%s\"", way).isGreaterThan(5);
    }
  }

  @Test
  void theReadmeStartsTheProductAndItsTestsWithOneCommandEach() {
    String readme = Repository.read("README.md");
    String section =
        readme.substring(readme.indexOf("## Two commands"), readme.indexOf("## Two-minute tour"));
    List<String> commands =
        Pattern.compile("(?s)```sh\\n(.*?)\\n```")
            .matcher(section)
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(commands).containsExactly("./velocity db server", "./mvnw verify");
  }

  private static List<Path> pages() {
    return Repository.files().stream().filter(file -> file.toString().endsWith(".md")).toList();
  }
}
