package io.velocitydb.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.bench.load.LoadGenerator;
import io.velocitydb.bench.load.LoadSession;
import io.velocitydb.bench.load.Protocol;
import io.velocitydb.bench.load.Workload;
import io.velocitydb.bench.load.Workload.Command;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HeapMeterTest {
  @Test
  void whatAnotherJvmAllocatesIsSeen() throws Exception {
    try (ResponderProcess responder = ResponderProcess.start(Protocol.VPROTO, false, 100);
        HeapMeter meter = HeapMeter.attach(responder.pid());
        LoadGenerator generator =
            LoadGenerator.withoutLogin(responder.address(), Protocol.VPROTO, false)) {
      long before = meter.allocatedBytes();
      try (LoadSession session = generator.open(new Workload(Command.GET, 10, 100, 2, 16))) {
        session.full(Duration.ofMillis(100));
      }
      assertThat(before).isPositive();
      assertThat(meter.allocatedBytes()).isGreaterThan(before);
      assertThat(responder.residentBytes()).isPositive();
      assertThat(responder.processorTime()).isPositive();
    }
  }
}
