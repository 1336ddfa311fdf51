package io.velocitydb.engine.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Moves a cursor at random and a TreeSet with it, and compares where they stand. */
public final class CursorModel {
  private CursorModel() {}

  public static void check(
      InternalCursor cursor,
      List<ModelEntry> entries,
      List<String> keys,
      Random random,
      int moves) {
    NavigableSet<ModelEntry> model = new TreeSet<>(entries);
    ModelEntry at = null;
    NativeMemory memory = new NativeMemory();
    try (NativeBytes key = new NativeBytes(memory)) {
      for (int i = 0; i < moves; i++) {
        int move = random.nextInt(at == null ? 4 : 10);
        switch (move) {
          case 0 -> {
            cursor.first();
            at = model.isEmpty() ? null : model.first();
          }
          case 1 -> {
            cursor.last();
            at = model.isEmpty() ? null : model.last();
          }
          case 2, 3 -> {
            ModelEntry target = target(entries, keys, random);
            key.set(ModelEntry.bytes(target.key()));
            if (move == 2) {
              cursor.seek(key.address(), key.length(), target.sequence());
              at = model.ceiling(target);
            } else {
              cursor.seekForPrev(key.address(), key.length(), target.sequence());
              at = model.floor(target);
            }
          }
          case 4, 5, 6 -> {
            cursor.next();
            at = model.higher(at);
          }
          default -> {
            cursor.previous();
            at = model.lower(at);
          }
        }
        assertThat(standing(cursor)).as("move %d (%d)", i, move).isEqualTo(at);
      }
    }
  }

  private static @Nullable ModelEntry standing(InternalCursor cursor) {
    return cursor.valid() ? ModelEntry.of(cursor) : null;
  }

  private static ModelEntry target(List<ModelEntry> entries, List<String> keys, Random random) {
    if (entries.isEmpty() || random.nextBoolean()) {
      return ModelEntry.put(keys.get(random.nextInt(keys.size())), random.nextInt(2000), "");
    }
    return entries.get(random.nextInt(entries.size()));
  }
}
