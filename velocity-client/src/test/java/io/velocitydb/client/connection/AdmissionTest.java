package io.velocitydb.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdmissionTest {

  @Test
  void asManyAreLetInAsWereAllowed() {
    Admission admission = new Admission(2, 100);
    assertThat(admission.enter(40)).isTrue();
    assertThat(admission.enter(60)).isTrue();
    assertThat(admission.enter(0)).isFalse();
    admission.leave(60);
    assertThat(admission.enter(61)).isFalse();
    assertThat(admission.enter(60)).isTrue();
    assertThat(admission.requests()).isEqualTo(2);
  }

  @Test
  void oneAloneIsLetInHoweverLarge() {
    Admission admission = new Admission(10, 100);
    assertThat(admission.enter(1_000)).isTrue();
    assertThat(admission.enter(1)).isFalse();
    admission.leave(1_000);
    assertThat(admission.enter(1)).isTrue();
    assertThat(admission.limits()).isEqualTo("10 requests or 0 MiB");
  }
}
