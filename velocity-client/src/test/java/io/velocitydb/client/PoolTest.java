package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.DatabaseNotFoundException;
import io.velocitydb.client.error.InvalidCredentialsException;
import io.velocitydb.client.error.NoDatabaseException;
import io.velocitydb.client.error.QueueFullException;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.client.value.Version;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolTest {

  private final FakeServer server = FakeServer.builder().plaintext().start();
  private VelocityPool pool = builder().poolSize(2).buildPool();

  private VelocityBuilder builder() {
    return VelocityClient.builder().endpoint(server.endpoint());
  }

  @AfterEach
  void close() {
    pool.close();
    server.close();
  }

  @Test
  void connectionsAreLentGivenBackAndUsedAgain() {
    for (int i = 0; i < 5; i++) {
      try (VelocityConnection connection = pool.getConnection()) {
        assertThat(connection.insert("key", "value" + i)).isNotEqualTo(Version.ABSENT);
        assertThat(connection.getText("key")).contains("value" + i);
        assertThat(connection.async().delete("key").join().existed()).isTrue();
      }
    }
    assertThat(server.connectionsAccepted()).isEqualTo(1);
    assertThat(pool.metrics().connectionsOpened()).isEqualTo(1);
  }

  @Test
  void eachCallerHasAConnectionOfItsOwn() {
    try (VelocityConnection one = pool.getConnection();
        VelocityConnection other = pool.getConnection()) {
      one.insert("k", "1");
      assertThat(other.getText("k")).contains("1");
      assertThat(server.connectionsAccepted()).isEqualTo(2);
    }
  }

  @Test
  void anEmptyPoolIsToldInTime() {
    pool.close();
    pool = builder().poolSize(1).requestTimeout(Duration.ofMillis(20)).buildPool();
    try (VelocityConnection lent = pool.getConnection()) {
      assertThat(lent.ping()).isPositive();
      assertThatThrownBy(pool::getConnection)
          .isInstanceOf(QueueFullException.class)
          .hasMessageContaining("all 1 connections of the pool were lent for 20ms");
    }
    try (VelocityConnection again = pool.getConnection()) {
      assertThat(again.ping()).isPositive();
    }
  }

  @Test
  void whatCannotConnectIsNotLent() {
    pool.close();
    pool = builder().password("wrong").poolSize(1).buildPool();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(pool::getConnection).isInstanceOf(InvalidCredentialsException.class);
    }
    server.close();
    assertThatThrownBy(pool::getConnection).isInstanceOf(ConnectionFailedException.class);
  }

  @Test
  void anotherDatabaseIsUsedUntilTheConnectionIsGivenBack() {
    pool.close();
    pool = builder().poolSize(1).buildPool();
    server.createDatabase("orders");
    try (VelocityConnection connection = pool.getConnection()) {
      connection.insert("k", "here");
      connection.use("orders");
      connection.insert("k", "there");
      server.dropConnections();
      assertThat(connection.getText("k")).contains("there");
    }
    try (VelocityConnection connection = pool.getConnection()) {
      assertThat(connection.getText("k")).contains("here");
    }
  }

  @Test
  void aDatabaseThatDoesNotExistLeavesNoneSelected() {
    try (VelocityConnection connection = pool.getConnection()) {
      assertThatThrownBy(() -> connection.use("missing"))
          .isInstanceOf(DatabaseNotFoundException.class);
      assertThatThrownBy(() -> connection.get("k")).isInstanceOf(NoDatabaseException.class);
      connection.use("default");
      assertThat(connection.get("k")).isEmpty();
    }
  }

  @Test
  void whatWasGivenBackCannotBeUsed() {
    VelocityConnection connection = pool.getConnection();
    connection.close();
    connection.close();
    assertThatThrownBy(() -> connection.get("k"))
        .isInstanceOf(ClientClosedException.class)
        .hasMessageContaining("given back");
    pool.close();
    assertThatThrownBy(pool::getConnection)
        .isInstanceOf(ClientClosedException.class)
        .hasMessageContaining("the pool is closed");
  }
}
