package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuilderTest {

  @ParameterizedTest
  @CsvSource({
    "vdb://localhost,                    localhost:2005/default",
    "127.0.0.1:7000,                     127.0.0.1:7000/default",
    "vdbs://u:p@alpha/orders?timeout=4s, alpha:2005/orders",
    "'vdb+plain://[::1]:1,beta/x',       '[::1]:1,beta:2005/x'"
  })
  void anAddressMayBeAUrlOrOnlyAHost(String endpoint, String shown) {
    try (VelocityClient client = VelocityClient.builder().endpoint(endpoint).build()) {
      assertThat(client).hasToString("VelocityClient[" + shown + "]");
    }
  }

  @Test
  void whatIsSetGoesBeforeWhatTheAddressSays() {
    VelocityBuilder builder =
        VelocityClient.builder().endpoint("vdb://u:p@alpha/orders?timeout=4s");
    assertThat(builder.database()).isEqualTo("orders");
    assertThat(builder.settings().requestTimeout()).isEqualTo(Duration.ofSeconds(4));
    builder.database("other").requestTimeout(Duration.ofSeconds(9));
    assertThat(builder.database()).isEqualTo("other");
    assertThat(builder.settings().requestTimeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(builder.settings().connectTimeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://alpha", "vdb://", "vdb://alpha:0", "vdb://alpha?timeout=soon"})
  void whatIsNoAddressIsRefusedWithWords(String endpoint) {
    assertThatThrownBy(() -> VelocityClient.builder().endpoint(endpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*(like|between).*");
  }

  @Test
  void limitsAreChecked() {
    VelocityBuilder builder = VelocityClient.builder();
    assertThatThrownBy(() -> builder.poolSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1 to 10000");
    assertThatThrownBy(() -> builder.requestTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the request timeout is from 1 ms to 24 days");
    assertThatThrownBy(() -> builder.queueLimits(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.fingerprint("abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SHA256:");
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no endpoint was given");
  }
}
