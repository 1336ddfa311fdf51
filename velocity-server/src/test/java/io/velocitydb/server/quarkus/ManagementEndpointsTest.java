package io.velocitydb.server.quarkus;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.prometheus.client.CollectorRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.velocitydb.server.health.ServerState;
import io.velocitydb.server.health.ServerState.Phase;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every HTTP endpoint there is. The phases of a server are walked through once, in their order,
 * because there is no way back.
 */
@QuarkusTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ManagementEndpointsTest {
  @TestHTTPResource(value = "/", management = true)
  URI management;

  @Inject ServerState state;
  @Inject CollectorRegistry collectors;

  private String at(String path) {
    return management.resolve(path).toString();
  }

  @Test
  @Order(1)
  void beforeTheReplayIsDoneAServerIsLiveButNeitherStartedNorReady() {
    state.enter(Phase.REPLAYING);
    state.replaying("default", 25, 100);
    given()
        .get(at("health/started"))
        .then()
        .statusCode(503)
        .body("checks[0].name", equalTo("wal-replay"))
        .body("checks[0].data.percent", equalTo(25));
    given().get(at("health/ready")).then().statusCode(503);
    given().get(at("health/live")).then().statusCode(200);
  }

  @Test
  @Order(2)
  void aReadyServerIsStartedAndReady() {
    state.enter(Phase.READY);
    given().get(at("health/started")).then().statusCode(200);
    given()
        .get(at("health/ready"))
        .then()
        .statusCode(200)
        .body("checks.name", hasItem("serving"))
        .body("checks.find { it.name == 'serving' }.data.phase", equalTo("ready"));
    given().get(at("health")).then().statusCode(200);
  }

  @Test
  @Order(3)
  void aFullDiskTakesWritableAwayAndNothingElse() {
    state.readOnly("orders", "no space left in /var/lib/somewhere");
    given()
        .get(at("health/well"))
        .then()
        .statusCode(503)
        .body("checks[0].data.orders", equalTo("takes no writes"))
        .body(not(containsString("/var/lib")));
    given().get(at("health/ready")).then().statusCode(200);
    state.writable("orders");
    given().get(at("health/well")).then().statusCode(200);
  }

  @Test
  @Order(4)
  void metricsTellOfCommandsConnectionsAndDatabases(@TempDir Path folder) throws Exception {
    try (TestServer server = TestServer.start(folder, Map.of(), Optional.of(collectors))) {
      try (RawConnection local = server.local()) {
        local.call(Frames.set("k", "v"));
        local.call(Frames.get("k"));
        local.call(Frames.empty(io.velocitydb.protocol.Opcode.GET.number()));
        given()
            .get(at("metrics"))
            .then()
            .statusCode(200)
            .body(containsString("velocity_build_info{version=\"0.0.0-test\"} 1.0"))
            .body(containsString("velocity_connections 1.0"))
            .body(containsString("velocity_command_duration_seconds_count{command=\"GET\"} 2.0"))
            .body(containsString("velocity_command_errors_total{command=\"GET\"} 1.0"))
            .body(containsString("velocity_writes_total{database=\"default\"} 1.0"))
            .body(containsString("velocity_memory_bytes{tag=\"network\"}"))
            .body(containsString("velocity_tls_certificate_expiry_timestamp_seconds"))
            .body(containsString("velocity_auth_failures_total 0.0"))
            .body(containsString("jvm_memory_used_bytes"));
      }
    }
    given().get(at("metrics")).then().body(not(containsString("velocity_build_info")));
  }

  @Test
  @Order(5)
  void aServerOnItsWayDownIsLiveButNotReady() {
    state.enter(Phase.DRAINING);
    given()
        .get(at("health/ready"))
        .then()
        .statusCode(503)
        .body("checks.find { it.name == 'serving' }.data.phase", equalTo("draining"));
    given().get(at("health/live")).then().statusCode(200);
    given().get(at("health/started")).then().statusCode(200);
  }
}
