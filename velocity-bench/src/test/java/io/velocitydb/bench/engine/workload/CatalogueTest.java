package io.velocitydb.bench.engine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CatalogueTest {
  private static List<String> named(String name) {
    return Catalogue.all().stream()
        .filter(workload -> workload.isNamed(name))
        .map(Workload::id)
        .toList();
  }

  @Test
  void everyWorkloadHasANameOfItsOwn() {
    assertThat(Catalogue.all()).extracting(Workload::id).doesNotHaveDuplicates();
  }

  @Test
  void aNameMeansAllItsVariants() {
    assertThat(named("readrandom")).containsExactly("readrandom-1t", "readrandom-2t");
    assertThat(named("fillsync-16t")).containsExactly("fillsync-16t");
    assertThat(named("ycsb-a")).hasSize(4);
    assertThat(named("ycsb")).hasSize(24);
    assertThat(named("fill")).isEmpty();
  }

  @Test
  void everyFloorIsBelowWhatIsWanted() {
    for (Workload workload : Catalogue.all()) {
      switch (workload.target()) {
        case Target.TimesRocksDb target ->
            assertThat(target.floor()).as(workload.id()).isPositive().isLessThan(target.wanted());
        case Target.Rate target ->
            assertThat(target.floor()).as(workload.id()).isPositive().isLessThan(target.wanted());
        case Target.None _ -> assertThat(workload.id()).isEqualTo("multireadrandom");
      }
    }
  }
}
