package io.velocitydb.protocol.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds of the handshake whatever the bytes; the bytes themselves are in the test vectors. */
class ScramTest {
  private static final byte[] SALT = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MESSAGE =
      AuthMessage.of(new byte[] {1}, new byte[] {2}, AuthMessage.BINDING_NONE, new byte[0]);

  @Test
  void whoKnowsThePasswordProvesItAndIsAnswered() {
    byte[] password = Password.prepare("correct horse".toCharArray());
    ClientKeys client = ClientKeys.ofPassword(password, SALT, Argon2Parameters.DEFAULT);
    PasswordRecord record = PasswordRecord.derive(password, SALT, Argon2Parameters.DEFAULT);

    assertThat(record.keys().verify(MESSAGE, client.proof(MESSAGE))).isTrue();
    byte[] signature = record.keys().signature(MESSAGE);
    assertThat(client.isServerSignature(MESSAGE, signature)).isTrue();

    byte[] other = AuthMessage.of(new byte[] {1}, new byte[] {3}, "none", new byte[0]);
    assertThat(record.keys().verify(other, client.proof(MESSAGE))).isFalse();
    assertThat(client.isServerSignature(other, signature)).isFalse();
    client.wipe();
    assertThat(record.keys().verify(MESSAGE, client.proof(MESSAGE))).isFalse();
  }

  @Test
  void everyChangedBitOfAProofOrSignatureIsNoticed() {
    ClientKeys client = ClientKeys.ofToken(token());
    StoredKeys stored = client.stored();
    byte[] proof = client.proof(MESSAGE);
    byte[] signature = stored.signature(MESSAGE);
    assertThat(stored.verify(MESSAGE, proof)).isTrue();
    for (int bit = 0; bit < 256; bit++) {
      byte[] wrongProof = proof.clone();
      wrongProof[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(stored.verify(MESSAGE, wrongProof)).isFalse();
      byte[] wrongSignature = signature.clone();
      wrongSignature[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(client.isServerSignature(MESSAGE, wrongSignature)).isFalse();
    }
  }

  @Test
  void aProofOfAnotherLengthIsNone() {
    ClientKeys client = ClientKeys.ofToken(token());
    byte[] proof = client.proof(MESSAGE);
    assertThat(client.stored().verify(MESSAGE, Arrays.copyOf(proof, 33))).isFalse();
    assertThat(client.stored().verify(MESSAGE, Arrays.copyOf(proof, 31))).isFalse();
    assertThat(client.stored().verify(MESSAGE, new byte[0])).isFalse();
    byte[] signature = client.stored().signature(MESSAGE);
    assertThat(client.isServerSignature(MESSAGE, Arrays.copyOf(signature, 33))).isFalse();
    assertThat(client.isServerSignature(MESSAGE, new byte[0])).isFalse();
  }

  @Test
  void aClientRefusesParametersThatAreTooWeakOrTooCostly() {
    for (Argon2Parameters wrong :
        List.of(
            new Argon2Parameters(19_455, 2, 1),
            new Argon2Parameters(19_456, 1, 1),
            new Argon2Parameters(19_456, 2, 0),
            new Argon2Parameters(256 * 1024 + 1, 2, 1),
            new Argon2Parameters(19_456, 11, 1),
            new Argon2Parameters(19_456, 2, 5),
            new Argon2Parameters(-1, -1, -1))) {
      assertThat(wrong.isAcceptable()).as(wrong.toString()).isFalse();
      assertThatThrownBy(() -> ClientKeys.ofPassword(new byte[] {'x'}, SALT, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("outside m=19456,t=2,p=1 to m=262144,t=10,p=4");
    }
    assertThat(Argon2Parameters.DEFAULT.isAcceptable()).isTrue();
    assertThat(Argon2Parameters.MAX.isAcceptable()).isTrue();
  }

  @Test
  void aSaltHasSixteenBytes() {
    assertThatThrownBy(
            () -> ClientKeys.ofPassword(new byte[] {'x'}, new byte[8], Argon2Parameters.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUnknownUserLooksLikeAKnownOneAndAlwaysTheSame() {
    byte[] secret = new byte[32];
    Argon2Parameters strong = new Argon2Parameters(65_536, 3, 1);
    List<Argon2Parameters> inUse = List.of(Argon2Parameters.DEFAULT, strong);
    int strongOnes = 0;
    for (int i = 0; i < 200; i++) {
      PasswordRecord record = PasswordRecord.ofUnknownUser(secret, "user" + i, inUse);
      PasswordRecord again = PasswordRecord.ofUnknownUser(secret, "user" + i, inUse);
      assertThat(record.encode()).isEqualTo(again.encode());
      assertThat(record.salt()).hasSize(16);
      assertThat(inUse).contains(record.parameters());
      assertThat(record.keys().verify(MESSAGE, new byte[32])).isFalse();
      strongOnes += record.parameters().equals(strong) ? 1 : 0;
    }
    assertThat(strongOnes).isBetween(60, 140);
    byte[] otherSecret = new byte[] {1};
    assertThat(PasswordRecord.ofUnknownUser(otherSecret, "user0", inUse).salt())
        .isNotEqualTo(PasswordRecord.ofUnknownUser(secret, "user0", inUse).salt());
  }

  @Test
  void aRecordComesBackFromItsBytes() {
    byte[] password = Password.prepare("x".toCharArray());
    PasswordRecord record = PasswordRecord.derive(password, SALT, Argon2Parameters.DEFAULT);
    byte[] bytes = record.encode();
    assertThat(bytes).hasSize(PasswordRecord.ENCODED_LENGTH);
    PasswordRecord read = PasswordRecord.decode(bytes);
    assertThat(read.encode()).isEqualTo(bytes);
    assertThat(read.salt()).isEqualTo(SALT);
    assertThat(read.parameters()).isEqualTo(Argon2Parameters.DEFAULT);

    bytes[0] = 2;
    assertThatThrownBy(() -> PasswordRecord.decode(bytes))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PasswordRecord.decode(Arrays.copyOf(bytes, 92)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPasswordIsTextOfOneToOneThousandAndTwentyFourBytes() {
    assertThat(Password.prepare("é".toCharArray())).isEqualTo(utf8("é"));
    assertThat(Password.prepare("e\u0301".toCharArray())).isEqualTo(utf8("é"));
    assertThat(Password.prepare(utf8("e\u0301"))).isEqualTo(utf8("é"));
    assertThat(Password.prepare("x".repeat(1024).toCharArray())).hasSize(1024);
    refusedPassword("", "empty");
    refusedPassword("x".repeat(1025), "at most 1024 bytes");
    refusedPassword("ü".repeat(513), "at most 1024 bytes");
    refusedPassword("x".repeat(100_000), "at most 1024 bytes");
    refusedPassword("secret\0", "NUL");
    refusedPassword("half \uD83D", "half a character");
    assertThatThrownBy(() -> Password.prepare(new byte[] {(byte) 0xFF}))
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> Password.prepare(new byte[100_000]))
        .hasMessageContaining("at most 1024 bytes");
  }

  @Test
  void aMessageDoesNotRepeatThePassword() {
    assertThatThrownBy(() -> Password.prepare("hunter2\0".toCharArray()))
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void preparingLeavesTheTypedPasswordToItsOwner() {
    char[] typed = "pässword".toCharArray();
    assertThat(Password.prepare(typed)).isNotEmpty();
    assertThat(typed).isEqualTo("pässword".toCharArray());
  }

  @Test
  void aTokenIsReadAsItWasWrittenAndHidesItsSecret() {
    Token token = token();
    assertThat(token.format()).startsWith("vdb_").hasSize(58);
    Token read = Token.parse(token.format());
    assertThat(read.id()).isEqualTo(token.id());
    assertThat(read.secret()).isEqualTo(token.secret());
    assertThat(token.toString()).isEqualTo("token AQEBAQEBAQE");
    for (String wrong :
        List.of(
            "",
            "vdb_",
            token.format().substring(1),
            token.format() + "A",
            token.format().replace("vdb_", "VDB_"),
            token.format().substring(0, 57),
            token.format().substring(0, 57) + "=",
            token.format().substring(0, 57) + "+",
            token.format().substring(0, 57) + "J")) {
      assertThatThrownBy(() -> Token.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("begins with vdb_");
    }
    assertThatThrownBy(() -> Token.of(new byte[7], new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatComesWhereAPasswordMayComeIsATokenOrNot() {
    byte[] text = token().format().getBytes(StandardCharsets.US_ASCII);
    assertThat(Token.read(text).map(Token::format)).contains(token().format());
    assertThat(text)
        .as("the caller's")
        .isEqualTo(token().format().getBytes(StandardCharsets.US_ASCII));
    assertThat(Token.read("a password".getBytes(StandardCharsets.UTF_8))).isEmpty();
    text[57] = (byte) 0xFF;
    assertThat(Token.read(text)).isEmpty();
  }

  @Test
  void theIdOfATokenIsReadAsItIsShown() {
    byte[] id = token().id();
    assertThat(Token.idText(id)).isEqualTo("AQEBAQEBAQE");
    assertThat(Token.parseId("AQEBAQEBAQE")).isEqualTo(id);
    for (String wrong : List.of("", "AQEBAQEBAQ", "AQEBAQEBAQF", "AQEBAQEBAQE=", "AQEBAQEBAQ+")) {
      assertThatThrownBy(() -> Token.parseId(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong);
    }
    assertThatThrownBy(() -> Token.parseId(token().format()))
        .hasMessageContaining("11 characters")
        .message()
        .doesNotContain(token().format().substring(20));
  }

  @Test
  void aFingerprintIsReadAsItIsPrinted() throws NoSuchAlgorithmException {
    var key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
    Fingerprint fingerprint = Fingerprint.of(key);
    assertThat(fingerprint.toString()).matches("SHA256:[A-Za-z0-9+/]{43}");
    assertThat(Fingerprint.parse(fingerprint.toString()))
        .isEqualTo(fingerprint)
        .hasSameHashCodeAs(fingerprint);
    assertThat(Fingerprint.of(new byte[1])).isNotEqualTo(fingerprint);
    for (String wrong :
        List.of(
            "",
            "SHA256:",
            "SHA256:AAAA",
            fingerprint + "=",
            "SHA256:****",
            fingerprint.toString().replace("SHA256", "sha256"))) {
      assertThatThrownBy(() -> Fingerprint.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("write SHA256: and 43 characters");
    }
  }

  private static void refusedPassword(String password, String why) {
    assertThatThrownBy(() -> Password.prepare(password.toCharArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static Token token() {
    byte[] id = new byte[8];
    Arrays.fill(id, (byte) 1);
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 2);
    return Token.of(id, secret);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
