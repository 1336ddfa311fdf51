package io.velocitydb.client.command;

import static io.velocitydb.client.message.Messages.call;
import static io.velocitydb.client.message.Messages.copy;
import static io.velocitydb.client.message.Messages.meta;
import static io.velocitydb.client.message.Messages.optionalBytes;
import static io.velocitydb.client.message.Messages.ttl;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.Messages;
import io.velocitydb.client.message.PartSink;
import io.velocitydb.client.value.Encoding;
import io.velocitydb.client.value.JsonCodec;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import io.velocitydb.client.value.Version;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.BatchOperation;
import io.velocitydb.protocol.fbs.BatchRequest;
import io.velocitydb.protocol.fbs.BatchResponse;
import io.velocitydb.protocol.fbs.CountRequest;
import io.velocitydb.protocol.fbs.CountResponse;
import io.velocitydb.protocol.fbs.DeleteRangeRequest;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Writes and reads the messages of the commands on ranges and batches. Thread safe. */
public final class RangeCalls {

  private static final int OPERATION_SIZE = 96;
  private static final long LIMIT_MAX = 0xFFFF_FFFFL;

  private final JsonCodec json;

  /** Objects are written and read by {@code json}. */
  public RangeCalls(JsonCodec json) {
    this.json = json;
  }

  /**
   * SCAN, one page.
   *
   * @param cursor where to go on; empty for the first page
   * @param entriesMax of this page
   */
  public Call<Page> scan(Scan scan, Optional<Cursor> cursor, int entriesMax) {
    FlatBufferBuilder builder = Messages.builder(256);
    int start = optionalBytes(builder, scan.range.start());
    int end = optionalBytes(builder, scan.range.end());
    int prefix = optionalBytes(builder, scan.range.prefix());
    int cursorAt = cursor.isPresent() ? builder.createByteVector(cursor.get().asBuffer()) : 0;
    int root =
        ScanRequest.createScanRequest(
            builder,
            meta(builder, scan.call),
            start,
            end,
            prefix,
            entriesMax,
            scan.reverse,
            scan.keysOnly,
            cursorAt,
            false);
    return call(Opcode.SCAN, scan.call, builder, root, this::page);
  }

  /**
   * SCAN, answered frame by frame, each of them a page; its timeout is for each.
   *
   * @param cursor where to go on
   * @param entriesMax of all frames together
   */
  public Call<Page> stream(Scan scan, Cursor cursor, long entriesMax, PartSink<Page> sink) {
    FlatBufferBuilder builder = Messages.builder(256);
    int start = optionalBytes(builder, scan.range.start());
    int end = optionalBytes(builder, scan.range.end());
    int prefix = optionalBytes(builder, scan.range.prefix());
    int cursorAt = builder.createByteVector(cursor.asBuffer());
    ScanRequest.startScanRequest(builder);
    ScanRequest.addCursor(builder, cursorAt);
    addIfAny(start, at -> ScanRequest.addStart(builder, at));
    addIfAny(end, at -> ScanRequest.addEnd(builder, at));
    addIfAny(prefix, at -> ScanRequest.addPrefix(builder, at));
    // More than the field holds is more than a stream gives before it ends.
    ScanRequest.addLimit(builder, entriesMax > LIMIT_MAX ? 0 : entriesMax);
    ScanRequest.addReverse(builder, scan.reverse);
    ScanRequest.addKeysOnly(builder, scan.keysOnly);
    ScanRequest.addStream(builder, true);
    int streamFromEnd = builder.offset();
    builder.finish(ScanRequest.endScanRequest(builder));
    ByteBuffer body = builder.dataBuffer();
    return new Call<>(
        Opcode.SCAN,
        scan.call.flags(),
        body,
        scan.call.timeoutMillis(),
        new StreamedPages(sink),
        body.limit() - streamFromEnd);
  }

  private static void addIfAny(int offset, IntConsumer field) {
    if (offset != 0) {
      field.accept(offset);
    }
  }

  /** Hands on every frame as it comes; all but the last say where to go on if it breaks off. */
  private final class StreamedPages implements Call.Decoder<Page> {
    private final PartSink<Page> sink;

    StreamedPages(PartSink<Page> sink) {
      this.sink = sink;
    }

    @Override
    public void part(ByteBuffer body) {
      int bytes = body.remaining();
      Page page = page(body);
      if (page.next().isEmpty()) {
        throw new IllegalArgumentException("a frame of a SCAN that does not say where to go on");
      }
      sink.take(page, bytes);
    }

    @Override
    public Page decode(ByteBuffer body) {
      int bytes = body.remaining();
      Page last = page(body);
      sink.take(last, bytes);
      return last;
    }
  }

  /** The size of the next page when {@code given} entries of the scan were given already. */
  public static int nextPageSize(Scan scan, long given) {
    return (int) Math.min(scan.pageSize, scan.limit - given);
  }

  private Page page(ByteBuffer body) {
    ScanResponse response = ScanResponse.getRootAsScanResponse(body);
    List<Entry> entries = new ArrayList<>(response.entriesLength());
    for (int i = 0; i < response.entriesLength(); i++) {
      var entry = response.entries(i);
      byte[] bytes = copy(entry, entry.valueStart(), entry.valueLength());
      entries.add(
          new Entry(
              Key.of(copy(entry, entry.keyStart(), entry.keyLength())),
              Value.received(bytes, Encoding.of(entry.encoding()), json),
              Version.of(entry.version()),
              ttl(entry.ttlMs())));
    }
    int cursorLength = response.cursorLength();
    return new Page(
        entries,
        cursorLength == 0
            ? Optional.empty()
            : Optional.of(Cursor.of(copy(response, response.cursorStart(), cursorLength))));
  }

  /** DELETE_RANGE. */
  public Call<Boolean> deleteRange(KeyRange range, WriteOptions options) {
    FlatBufferBuilder builder = Messages.builder(256);
    int start = optionalBytes(builder, range.start());
    int end = optionalBytes(builder, range.end());
    int prefix = optionalBytes(builder, range.prefix());
    int root =
        DeleteRangeRequest.createDeleteRangeRequest(
            builder, meta(builder, options.call), start, end, prefix);
    return call(Opcode.DELETE_RANGE, options.call, builder, root, body -> true);
  }

  /** COUNT. */
  public Call<CountResult> count(KeyRange range, boolean estimate, ReadOptions options) {
    FlatBufferBuilder builder = Messages.builder(256);
    int start = optionalBytes(builder, range.start());
    int end = optionalBytes(builder, range.end());
    int prefix = optionalBytes(builder, range.prefix());
    int root =
        CountRequest.createCountRequest(
            builder, meta(builder, options.call), start, end, prefix, estimate);
    return call(
        Opcode.COUNT,
        options.call,
        builder,
        root,
        body -> {
          CountResponse response = CountResponse.getRootAsCountResponse(body);
          return new CountResult(response.count(), response.exact());
        });
  }

  /** BATCH. */
  public Call<BatchResult> batch(Batch batch, WriteOptions options) {
    List<Batch.Operation> operations = batch.operations();
    List<@Nullable Value> values = new ArrayList<>(operations.size());
    int payload = 0;
    for (Batch.Operation operation : operations) {
      Value value = operation.value() == null ? null : json.encode(operation.value());
      values.add(value);
      payload += OPERATION_SIZE + operation.key().length() + (value == null ? 0 : value.length());
    }
    FlatBufferBuilder builder = Messages.builder(payload);
    int[] offsets = new int[operations.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = operation(builder, operations.get(i), values.get(i));
    }
    int operationsAt = BatchRequest.createOperationsVector(builder, offsets);
    int root = BatchRequest.createBatchRequest(builder, meta(builder, options.call), operationsAt);
    return call(Opcode.BATCH, options.call, builder, root, RangeCalls::batchResult);
  }

  private static int operation(
      FlatBufferBuilder builder, Batch.Operation operation, @Nullable Value value) {
    int key = Messages.bytes(builder, operation.key());
    int valueAt = value == null ? 0 : builder.createByteVector(value.asBuffer());
    int end = Messages.optionalBytes(builder, Optional.ofNullable(operation.end()));
    return BatchOperation.createBatchOperation(
        builder,
        operation.kind(),
        key,
        valueAt,
        value == null ? 0 : value.encoding().code(),
        operation.expiry().kind,
        operation.expiry().millis,
        operation.condition().kind,
        operation.condition().version,
        operation.delta(),
        operation.initial(),
        end,
        operation.prefix());
  }

  private static BatchResult batchResult(ByteBuffer body) {
    BatchResponse response = BatchResponse.getRootAsBatchResponse(body);
    List<Version> versions = new ArrayList<>(response.versionsLength());
    for (int i = 0; i < response.versionsLength(); i++) {
      versions.add(Version.of(response.versions(i)));
    }
    return new BatchResult(versions);
  }
}
