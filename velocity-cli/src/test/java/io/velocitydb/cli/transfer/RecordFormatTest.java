package io.velocitydb.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.client.command.Entry;
import io.velocitydb.client.value.Encoding;
import io.velocitydb.client.value.JsonCodec;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import io.velocitydb.client.value.Version;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {

  @Property(tries = 500)
  void tsvHoldsAnyBytes(
      @ForAll @Size(min = 1, max = 40) byte[] key, @ForAll @Size(max = 60) byte[] value)
      throws Exception {
    Item item = through(new TsvFormat(), entry(key, Value.bytes(value), Optional.empty()));

    assertThat(item.key().toBytes()).isEqualTo(key);
    assertThat(item.value().toBytes()).isEqualTo(value);
    assertThat(item.ttl()).isEmpty();
  }

  @Property(tries = 500)
  void jsonLinesHoldEverything(
      @ForAll @Size(min = 1, max = 40) byte[] key,
      @ForAll @Size(max = 60) byte[] value,
      @ForAll @IntRange(max = 2) int encoding,
      @ForAll @LongRange(max = 3_155_760_000_000L) long ttl)
      throws Exception {
    Value stored = Value.received(value, Encoding.of(encoding), JsonCodec.standard());
    Optional<Duration> left = ttl == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(ttl));

    Item item = through(new JsonLinesFormat(), entry(key, stored, left));

    assertThat(item.key().toBytes()).isEqualTo(key);
    assertThat(item.value().toBytes()).isEqualTo(value);
    assertThat(item.ttl()).isEqualTo(left);
    assertThat(item.value().encoding()).isEqualTo(stored.encoding());
  }

  @Property(tries = 300)
  void linesAreFoundWhereverTheBufferEnds(
      @ForAll @Size(max = 20) List<@IntRange(max = 70_000) Integer> lengths) throws Exception {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    List<byte[]> lines = new ArrayList<>();
    for (int length : lengths) {
      byte[] line = "x".repeat(length).getBytes(StandardCharsets.UTF_8);
      lines.add(line);
      file.writeBytes(line);
      file.write('\n');
    }
    LineReader reader = new LineReader(new ByteArrayInputStream(file.toByteArray()));

    for (byte[] line : lines) {
      assertThat(reader.next()).isEqualTo(line);
    }
    assertThat(reader.next()).isNull();
    assertThat(reader.number()).isEqualTo(lines.size());
    assertThat(reader.offset()).isEqualTo(file.size());
  }

  @Test
  void lastLinesMayLackTheirBreakAndWindowsBreaksAreTaken() throws Exception {
    LineReader reader = reader("a\tb\r\n\nc\td");

    assertThat(reader.next()).isEqualTo("a\tb".getBytes(StandardCharsets.UTF_8));
    assertThat(reader.next()).isEmpty();
    assertThat(reader.next()).isEqualTo("c\td".getBytes(StandardCharsets.UTF_8));
    assertThat(reader.next()).isNull();
  }

  @Test
  void aLineWithoutEndIsCutOffBeforeItFillsTheMemory() {
    LineReader reader = new LineReader(new ByteArrayInputStream(new byte[3 << 20]), 1 << 20);

    assertThatThrownBy(reader::next)
        .isInstanceOf(MalformedLineException.class)
        .hasMessage("the line is longer than 1 MiB");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'word', 'no tab'",
        "'a\tb\tc', 'second tab'",
        "'\tb', 'the key is empty'",
        "'a\\x\tb', '\"\\x\" means nothing'",
        "'a\tb\\', '\"\\\" means nothing'"
      })
  void aMalformedTabSeparatedLineSaysWhy(String line, String why) {
    assertThatThrownBy(() -> new TsvFormat().read(line.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedLineException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'word', 'not JSON'",
        "'[]', 'not a JSON object'",
        "'{}', 'neither key nor key_base64'",
        "'{\"key\":\"a\"}', 'neither value nor value_base64'",
        "'{\"key\":\"\",\"value\":\"\"}', 'the key is empty'",
        "'{\"key\":1,\"value\":\"\"}', '\"key\" must be a text'",
        "'{\"key\":\"a\",\"key_base64\":\"YQ==\",\"value\":\"\"}', 'both key and key_base64'",
        "'{\"key\":\"a\",\"key\":\"b\",\"value\":\"\"}', 'is there twice'",
        "'{\"key\":\"a\",\"value\":\"\",\"ttl\":5}', '\"ttl\" is not one of'",
        "'{\"key\":\"a\",\"value\":\"\",\"ttl_ms\":0}', 'at least 1'",
        "'{\"key\":\"a\",\"value\":\"\",\"ttl_ms\":\"1\"}', 'a whole number'",
        "'{\"key\":\"a\",\"value_base64\":\"%\"}', 'not JSON'",
        "'{\"key\":\"a\",\"value\":\"\",\"encoding\":\"xml\"}', 'not one of bytes, text, json'",
        "'{\"key\":\"a\",\"value\":\"\"} {}', 'after the JSON object'",
        "'{\"key\":\"a\",\"value\":\"\"', 'not JSON'"
      })
  void aMalformedJsonLineSaysWhy(String line, String why) {
    assertThatThrownBy(() -> new JsonLinesFormat().read(line.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedLineException.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "A.NDJSON"})
  void theNameTellsTheForm(String name) {
    assertThat(RecordFormat.ofFile(name)).isInstanceOf(JsonLinesFormat.class);
    assertThat(RecordFormat.ofFile("a.tsv")).isInstanceOf(TsvFormat.class);
    assertThat(RecordFormat.ofFile("words")).isInstanceOf(TsvFormat.class);
  }

  private static Item through(RecordFormat format, Entry entry)
      throws IOException, MalformedLineException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(entry, out);
    LineReader reader = new LineReader(new ByteArrayInputStream(out.toByteArray()));
    byte[] line = reader.next();
    assertThat(line).isNotNull();
    assertThat(reader.next()).as("an entry is one line").isNull();
    return format.read(line);
  }

  private static Entry entry(byte[] key, Value value, Optional<Duration> ttl) {
    return new Entry(Key.of(key), value, Version.of(1), ttl);
  }

  private static LineReader reader(String text) {
    return new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
