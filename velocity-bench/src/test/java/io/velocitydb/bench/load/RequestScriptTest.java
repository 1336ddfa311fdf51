package io.velocitydb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.velocitydb.bench.load.Workload.Command;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class RequestScriptTest {
  private static RequestScript script(Workload workload) {
    return new RequestScript(
        RequestTemplate.of(Protocol.RESP, Command.GET, workload.valueBytes()),
        RequestTemplate.of(Protocol.RESP, Command.SET, workload.valueBytes()),
        workload,
        7);
  }

  private static String text(RequestScript script, KeySequence keys) {
    ByteBuf group = script.group(UnpooledByteBufAllocator.DEFAULT, keys);
    try {
      return group.toString(StandardCharsets.US_ASCII);
    } finally {
      group.release();
    }
  }

  private static long count(String text, String part) {
    return Pattern.compile(part, Pattern.LITERAL).matcher(text).results().count();
  }

  @Test
  void aMixHasExactlyItsSharesAtEveryDepth() {
    for (int depth : new int[] {1, 3, 16, 64}) {
      RequestScript script = script(new Workload(Command.GET_90_SET_10, 100, 10, 1, depth));
      KeySequence keys = KeySequence.random(100);
      StringBuilder sent = new StringBuilder();
      for (int groups = 0; groups < 640; groups++) {
        sent.append(text(script, keys));
        assertThat(script.lastCount()).isEqualTo(depth);
      }
      String all = sent.toString();
      long gets = count(all, "GET");
      long sets = count(all, "SET");
      assertThat(gets + sets).as("depth %d", depth).isEqualTo(640L * depth);
      assertThat((double) sets / (gets + sets)).isBetween(0.09, 0.11);
      script.release();
    }
  }

  @Test
  void valuesDiffer() {
    RequestScript script = script(new Workload(Command.SET, 100, 30, 1, 64));
    String group = text(script, KeySequence.random(100));
    Set<String> values = new HashSet<>();
    Pattern.compile("[a-z]{30}").matcher(group).results().forEach(v -> values.add(v.group()));
    assertThat(values).hasSize(64);
    script.release();
  }

  @Test
  void theLastGroupEndsWithTheLastKey() {
    RequestScript script = script(new Workload(Command.SET, 5, 10, 1, 3));
    KeySequence keys = KeySequence.each(5);
    assertThat(count(text(script, keys), "SET")).isEqualTo(3);
    String last = text(script, keys);
    assertThat(script.lastCount()).isEqualTo(2);
    assertThat(count(last, "SET")).isEqualTo(2);
    assertThat(last).contains("key:000000000003", "key:000000000004").endsWith("\r\n");
    assertThat(text(script, keys)).isEmpty();
    assertThat(script.lastCount()).isZero();
    script.release();
  }
}
