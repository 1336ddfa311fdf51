package io.velocitydb.protocol.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VelocityUrlTest {
  @Test
  void aHostAloneIsEnough() {
    VelocityUrl url = VelocityUrl.parse("vdb://localhost");
    assertThat(url)
        .isEqualTo(
            new VelocityUrl(
                true,
                Optional.empty(),
                Optional.empty(),
                List.of(new Endpoint("localhost", 2005)),
                "default",
                Optional.empty()));
    assertThat(VelocityUrl.parseLenient("127.0.0.1:2005"))
        .isEqualTo(VelocityUrl.parse("vdb://127.0.0.1:2005"));
    assertThat(VelocityUrl.parseLenient("vdb+plain://h").tls()).isFalse();
  }

  @Test
  void everyPartIsRead() {
    VelocityUrl url =
        VelocityUrl.parse(
            "vdb://zo%C3%AB:p%40ss%3a%2F@a.example:1,[::1],b:65535/db%201?timeout=1m30s");
    assertThat(url.user()).contains("zoë");
    assertThat(url.password()).contains("p@ss:/");
    assertThat(url.endpoints())
        .containsExactly(
            new Endpoint("a.example", 1), new Endpoint("::1", 2005), new Endpoint("b", 65_535));
    assertThat(url.database()).isEqualTo("db 1");
    assertThat(url.timeout()).contains(Duration.ofSeconds(90));
  }

  @Test
  void itIsWrittenWithoutThePasswordAndReadAgain() {
    VelocityUrl url =
        VelocityUrl.parse("vdb+plain://a%20b:secret@[fe80::1%25eth0]:1,x/d%2Fb?timeout=4s");
    assertThat(url.toString())
        .isEqualTo("vdb+plain://a%20b@[fe80::1%25eth0]:1,x:2005/d%2Fb?timeout=4s");
    VelocityUrl again = VelocityUrl.parse(url.toString());
    assertThat(again.user()).isEqualTo(url.user());
    assertThat(again.endpoints()).isEqualTo(url.endpoints());
    assertThat(again.database()).isEqualTo("d/b");
  }

  @Test
  void whatIsWrongIsSaidWithoutTellingThePassword() {
    assertThatThrownBy(() -> VelocityUrl.parse("vdb://u:hunter%2@h"))
        .hasMessage("the password has a % that two hexadecimal digits must follow: write % as %25")
        .hasMessageNotContaining("hunter");
    assertThatThrownBy(() -> VelocityUrl.parse("redis://u:hunter2@h"))
        .hasMessageContaining("\"redis://\" does not begin with vdb://")
        .hasMessageNotContaining("hunter");
    assertThatThrownBy(() -> VelocityUrl.parse("u:hunter2@h"))
        .hasMessageContaining("does not begin with vdb://")
        .hasMessageNotContaining("hunter");
    assertThatThrownBy(() -> VelocityUrl.parse("vdb://u:hunter2@h:99999"))
        .hasMessageNotContaining("hunter");
  }

  @Test
  void anIpv6AddressNeedsItsBrackets() {
    assertThatThrownBy(() -> VelocityUrl.parse("vdb://::1"))
        .hasMessageContaining("write an IPv6 address in brackets, like [::1]:2005");
  }
}
