package io.velocitydb.cli.database;

import com.fasterxml.jackson.core.JsonGenerator;
import io.velocitydb.client.admin.DatabaseInfo;
import java.io.IOException;

/** A database as JSON fields. */
final class DatabaseFields {
  private DatabaseFields() {}

  static void write(JsonGenerator json, DatabaseInfo database) throws IOException {
    json.writeStringField("name", database.name());
    json.writeNumberField("estimated_keys", database.estimatedKeys());
    json.writeNumberField("disk_bytes", database.diskBytes());
    json.writeNumberField("max_disk_bytes", database.maxDiskBytes());
  }
}
