package io.velocitydb.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.config.Keys.Durability;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CatalogueTest {
  private static List<Trial> trials(Via via, Command command, Durability durability) {
    return Catalogue.all().stream()
        .filter(trial -> trial.via() == via)
        .filter(trial -> trial.command() == command && trial.durability() == durability)
        .toList();
  }

  @Test
  void everyTrialHasANameOfItsOwn() {
    assertThat(Catalogue.all()).extracting(Trial::id).doesNotHaveDuplicates();
    assertThat(Catalogue.all()).extracting(Trial::id).contains("vproto-get90set10-16-always");
  }

  @Test
  void everyCommandIsMeasuredAtEveryDepthByOurGenerator() {
    for (Command command : Command.values()) {
      assertThat(trials(Via.VPROTO, command, Durability.INTERVAL))
          .extracting(Trial::depth)
          .containsExactly(1, 16, 64);
    }
  }

  @Test
  void redisBenchmarkIsAskedForNoMix() {
    assertThat(Catalogue.all())
        .filteredOn(trial -> trial.via() == Via.RESP)
        .noneMatch(trial -> trial.command().name().contains("_"))
        .hasSize(15);
  }

  @Test
  void readsAndSyncedWritesHaveTheFloorsOfTheDesign() {
    assertThat(trials(Via.VPROTO, Command.GET, Durability.INTERVAL))
        .extracting(trial -> trial.targets().getFirst())
        .containsExactly(
            new Target.OfCeiling(0.8, 0.9),
            new Target.TimesRedis(1.2, 2),
            new Target.TimesRedis(1.5, 3));
    assertThat(trials(Via.RESP, Command.SET, Durability.ALWAYS).get(1).targets())
        .containsExactly(new Target.TimesRedisOrCeiling(1, 2, 0.85), new Target.Rate(100_000));
  }

  @Test
  void everyTlsTrialHasItsPlaintextBesideIt() {
    List<String> ids = Catalogue.all().stream().map(Trial::id).toList();
    assertThat(Catalogue.all())
        .filteredOn(trial -> trial.via() == Via.TLS)
        .isNotEmpty()
        .allMatch(trial -> ids.contains(trial.plaintextId()))
        .noneMatch(trial -> trial.plaintextId().equals(trial.id()));
  }

  @Test
  void aNameMeansAllThatBeginWithItUpToAHyphen() {
    assertThat(Catalogue.all().stream().filter(trial -> trial.isNamed("vproto-get-1")).toList())
        .extracting(Trial::id)
        .containsExactly("vproto-get-1-interval");
    assertThat(Catalogue.all()).noneMatch(trial -> trial.isNamed("vproto-ge"));
  }
}
