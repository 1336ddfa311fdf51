package io.velocitydb.protocol.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.velocitydb.protocol.scram.Argon2Parameters;
import io.velocitydb.protocol.scram.AuthMessage;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Fingerprint;
import io.velocitydb.protocol.scram.Password;
import io.velocitydb.protocol.scram.PasswordRecord;
import io.velocitydb.protocol.scram.StoredKeys;
import io.velocitydb.protocol.scram.Token;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScramVectorsTest {
  private final JsonNode vectors = Vectors.read("scram.json");

  @Test
  void aPasswordGivesTheSameTranscriptToTheByte() {
    for (JsonNode vector : Vectors.list(vectors.required("passwords"))) {
      byte[] password = Password.prepare(vector.required("password").asText().toCharArray());
      assertThat(password).isEqualTo(Vectors.hex(vector, "prepared"));
      Argon2Parameters parameters =
          new Argon2Parameters(
              vector.required("memory_kib").asInt(),
              vector.required("iterations").asInt(),
              vector.required("parallelism").asInt());
      byte[] salt = Vectors.hex(vector, "salt");
      PasswordRecord record = PasswordRecord.derive(password, salt, parameters);
      assertThat(record.encode()).isEqualTo(Vectors.hex(vector, "record"));
      transcript(vector, ClientKeys.ofPassword(password, salt, parameters), record.keys());
    }
  }

  @Test
  void aTokenGivesTheSameTranscriptToTheByte() {
    for (JsonNode vector : Vectors.list(vectors.required("tokens"))) {
      Token token = Token.parse(vector.required("token").asText());
      assertThat(token.id()).isEqualTo(Vectors.hex(vector, "token_id"));
      assertThat(token.secret()).isEqualTo(Vectors.hex(vector, "secret"));
      ClientKeys keys = ClientKeys.ofToken(token);
      transcript(vector, keys, keys.stored());
    }
  }

  private static void transcript(JsonNode vector, ClientKeys client, StoredKeys server) {
    byte[] message =
        AuthMessage.of(
            Vectors.hex(vector, "hello"),
            Vectors.hex(vector, "hello_response"),
            vector.required("binding_type").asText(),
            Vectors.hex(vector, "binding_data"));
    assertThat(message).isEqualTo(Vectors.hex(vector, "auth_message"));
    assertThat(server.storedKey()).isEqualTo(Vectors.hex(vector, "stored_key"));
    assertThat(server.serverKey()).isEqualTo(Vectors.hex(vector, "server_key"));
    byte[] proof = Vectors.hex(vector, "proof");
    assertThat(client.proof(message)).isEqualTo(proof);
    assertThat(server.verify(message, proof)).isTrue();
    byte[] signature = Vectors.hex(vector, "server_signature");
    assertThat(server.signature(message)).isEqualTo(signature);
    assertThat(client.isServerSignature(message, signature)).isTrue();
  }

  @Test
  void passwordsThatAreNoneAreRefused() {
    for (JsonNode password : Vectors.list(vectors.required("refused_passwords"))) {
      assertThatThrownBy(() -> Password.prepare(password.asText().toCharArray()))
          .as(password.toString())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anUnknownUsersSaltIsThatOfTheSecret() {
    for (JsonNode vector : Vectors.list(vectors.required("unknown_users"))) {
      PasswordRecord record =
          PasswordRecord.ofUnknownUser(
              Vectors.hex(vector, "server_secret"),
              vector.required("user").asText(),
              List.of(Argon2Parameters.DEFAULT));
      assertThat(record.salt()).isEqualTo(Vectors.hex(vector, "salt"));
    }
  }

  @Test
  void fingerprintsAreThoseOfTheKey() {
    for (JsonNode vector : Vectors.list(vectors.required("fingerprints"))) {
      assertThat(Fingerprint.of(Vectors.hex(vector, "subject_public_key_info")))
          .hasToString(vector.required("text").asText());
    }
  }
}
