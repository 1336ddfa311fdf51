package io.velocitydb.server.administration;

import io.velocitydb.protocol.fbs.Stat;
import io.velocitydb.protocol.message.MessageWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named figures of a reply, in the order they were added. */
final class Statistics {
  private final Map<String, Double> figures = new LinkedHashMap<>();

  Statistics add(String name, double value) {
    figures.put(name, value);
    return this;
  }

  Statistics add(String name, long value) {
    return add(name, (double) value);
  }

  /** All of them; whole numbers as such. */
  Map<String, Object> byName() {
    Map<String, Object> named = new LinkedHashMap<>();
    figures.forEach(
        (name, value) -> {
          if (value == Math.rint(value)) {
            named.put(name, value.longValue());
          } else {
            named.put(name, value);
          }
        });
    return named;
  }

  void write(MessageWriter message, int table, int field) {
    int vector = message.reserveTables(table, field, figures.size());
    int index = 0;
    for (Map.Entry<String, Double> figure : figures.entrySet()) {
      int stat = message.element(vector, index++, Stat.TABLE);
      message.putString(stat, Stat.NAME, figure.getKey());
      message.putDouble(stat, Stat.VALUE, figure.getValue());
    }
  }
}
