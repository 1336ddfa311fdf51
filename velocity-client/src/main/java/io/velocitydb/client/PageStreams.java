package io.velocitydb.client;

import io.velocitydb.client.command.Cursor;
import io.velocitydb.client.command.Page;
import io.velocitydb.client.command.Scan;
import io.velocitydb.client.connection.AnswerStream;
import java.util.concurrent.CompletableFuture;

/** Opens streams of the pages of a scan. Thread safe. */
@FunctionalInterface
interface PageStreams {

  /** The rest of a scan behind {@code cursor}, of {@code entriesMax} entries at most. */
  CompletableFuture<AnswerStream<Page>> open(Scan scan, Cursor cursor, long entriesMax);
}
