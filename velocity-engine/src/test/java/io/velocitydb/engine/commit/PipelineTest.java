package io.velocitydb.engine.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A pipeline without a database, whose background and clock stand still unless they are moved. */
abstract class PipelineTest {
  static final long LAST_SEQUENCE = 100;
  static final long MAX_PENDING = 10_000;

  final NativeMemory memory = new NativeMemory();
  final FakeClock clock = new FakeClock(0);
  final StepBackground background = new StepBackground(1, clock);
  final FakeEnvironment environment = new FakeEnvironment(memory);
  final CommitPipeline pipeline =
      new CommitPipeline(environment, background, clock, memory, LAST_SEQUENCE, MAX_PENDING);
  private final List<Batch> batches = new ArrayList<>();

  /** A batch that is closed after the test. */
  final Batch batch() {
    Batch batch = new Batch(memory);
    batches.add(batch);
    return batch;
  }

  @AfterEach
  void allMemoryIsGivenBack() {
    pipeline.close();
    environment.close();
    batches.forEach(Batch::close);
    assertThat(memory.allocated()).isZero();
  }
}
