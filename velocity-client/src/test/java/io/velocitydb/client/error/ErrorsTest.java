package io.velocitydb.client.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorsTest {

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyCodeHasAClassOfItsName(ErrorCode code) {
    ServerException error = ServerException.of(code, "message", Outcome.NOT_APPLIED);
    assertThat(error.code()).contains(code);
    assertThat(error.codeNumber()).isEqualTo(code.number());
    assertThat(error.errorType()).isEqualTo(code.name());
    assertThat(error).hasMessage("message");
    assertThat(error.retry()).isEqualTo(code.defaultRetry());
    assertThat(error.isRetryable()).isEqualTo(code.defaultRetry() != Retry.NEVER);
    assertThat(error.maybeApplied()).isFalse();
    String words = code.name().toLowerCase(Locale.ROOT).replace("_", "").replace("error", "");
    String name = error.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    assertThat(name).contains(words);
  }

  @Test
  void noTwoCodesShareAClass() {
    Set<Class<?>> classes = new HashSet<>();
    for (ErrorCode code : ErrorCode.values()) {
      classes.add(ServerException.of(code, "", Outcome.UNKNOWN).getClass());
    }
    assertThat(classes).hasSameSizeAs(ErrorCode.values());
    assertThat(Arrays.asList(ServerException.class.getPermittedSubclasses()))
        .containsAll(classes)
        .hasSize(classes.size() + 1);
  }

  @Test
  void aCodeOfALaterVersionKeepsItsNumber() {
    ServerException error =
        ServerException.of(
            new ErrorDetails(999, "new", Outcome.UNKNOWN, Retry.AFTER, 250, "", 0, 0));
    assertThat(error).isInstanceOf(UnknownErrorException.class);
    assertThat(error.code()).isEmpty();
    assertThat(error.errorType()).isEqualTo("CODE_999");
    assertThat(error.maybeApplied()).isTrue();
    assertThat(error.retryAfter()).isEqualTo(Duration.ofMillis(250));
    assertThat(error.redirect()).isEmpty();
  }

  @Test
  void whatTheReplySaysGoesBeforeTheCodesOwnAdvice() {
    ServerException error =
        ServerException.of(
            new ErrorDetails(
                ErrorCode.NOT_LEADER.number(),
                "elsewhere",
                Outcome.NOT_APPLIED,
                Retry.REDIRECT,
                0,
                "beta:2005",
                0,
                0));
    assertThat(error).isInstanceOf(NotLeaderException.class);
    assertThat(error.redirect()).contains("beta:2005");
    assertThat(error.retry()).isEqualTo(Retry.REDIRECT);
  }

  @Test
  void aTimeoutIsOnlyToBeRepeatedWhenNothingWasApplied() {
    assertThat(ServerException.of(ErrorCode.TIMEOUT, "", Outcome.NOT_APPLIED).isRetryable())
        .isTrue();
    assertThat(ServerException.of(ErrorCode.TIMEOUT, "", Outcome.UNKNOWN).isRetryable()).isFalse();
  }

  @Test
  void errorsCanBeSerialized() throws IOException, ClassNotFoundException {
    ServerException error =
        ServerException.of(
            new ErrorDetails(18, "failed", Outcome.NOT_APPLIED, Retry.NEVER, 0, "", 3, 77));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(error);
    var copy =
        (ConditionFailedException)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertThat(copy.index()).isEqualTo(3);
    assertThat(copy.currentVersion().number()).isEqualTo(77);
  }
}
