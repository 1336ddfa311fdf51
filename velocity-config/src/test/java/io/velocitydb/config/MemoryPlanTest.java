package io.velocitydb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  @Test
  void aContainerOfFourGibibytesIsDividedByTheRule() throws Exception {
    MemoryPlan plan = MemoryPlan.of(container(4 * GIB), Optional.empty());

    long usable = 4 * GIB / 10 * 9;
    assertThat(plan.heap()).isEqualTo(usable / 100 * 15);
    assertThat(plan.network()).isEqualTo(usable / 10);
    assertThat(plan.fixed()).isEqualTo(128 * MIB);
    assertThat(plan.database()).isEqualTo(usable - plan.heap() - plan.network() - plan.fixed());
  }

  @ParameterizedTest
  @ValueSource(longs = {384, 512, 1024, 2048, 16 * 1024, 1024 * 1024})
  void thePartsNeverPassNinetyPercentAndTheHeapHasItsLeast(long mib) throws Exception {
    for (Machine machine : new Machine[] {container(mib * MIB), laptop(mib * MIB)}) {
      MemoryPlan plan = MemoryPlan.of(machine, Optional.empty());

      assertThat(plan.heap() + plan.network() + plan.fixed() + plan.database())
          .isLessThanOrEqualTo(mib * MIB / 10 * 9);
      assertThat(plan.heap()).isGreaterThanOrEqualTo(128 * MIB);
      assertThat(plan.database()).isGreaterThan(32 * MIB);
    }
  }

  @Test
  void onALaptopTheDatabaseTakesAQuarterAtMost() throws Exception {
    assertThat(MemoryPlan.of(laptop(16 * GIB), Optional.empty()).database()).isEqualTo(4 * GIB);
  }

  @Test
  void aLimitThatIsSetIsKept() throws Exception {
    MemoryPlan plan = MemoryPlan.of(laptop(16 * GIB), Optional.of(6 * GIB));

    assertThat(plan.database()).isEqualTo(6 * GIB);
    assertThat(plan.describe())
        .isEqualTo(
            "memory 16384 MiB (machine): database 6144 MiB, heap 2211 MiB, network 1474 MiB, JVM 128 MiB");
  }

  @Test
  void aLimitThatDoesNotFitIsRefusedWithTheSum() {
    assertThat(problem(container(GIB), Optional.of(900 * MIB)))
        .isEqualTo(
            "database.memory_limit of 900 MiB does not fit: this container has 1024 MiB, of which 90 %"
                + " (921 MiB) less heap 138 MiB, network 92 MiB and JVM 128 MiB leaves 563 MiB; lower it, or remove it");
  }

  @Test
  void tooLittleMemoryIsRefusedWithTheSum() {
    assertThat(problem(container(384 * MIB - 1), Optional.empty()))
        .isEqualTo(
            "this container has 383 MiB of memory and Velocity needs 384 MiB: heap 128 MiB + network 34 MiB"
                + " + JVM 128 MiB = 290 MiB of the 90 % it may take (345 MiB); give it more memory");
  }

  private static String problem(Machine machine, Optional<Long> limit) {
    return catchThrowableOfType(ConfigException.class, () -> MemoryPlan.of(machine, limit))
        .getMessage();
  }

  private static Machine container(long bytes) {
    return new Machine(64 * GIB * 1024, OptionalLong.of(bytes));
  }

  private static Machine laptop(long bytes) {
    return new Machine(bytes, OptionalLong.empty());
  }
}
