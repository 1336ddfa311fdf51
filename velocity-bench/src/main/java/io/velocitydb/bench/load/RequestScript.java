package io.velocitydb.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;

/**
 * What a connection sends, over and over: groups of as many requests as the depth says, prebuilt,
 * with values of their own; each time they are sent they get other keys. In a mix the kinds stand
 * in random order, but exactly in the wanted shares. Lives on the event loop of its connection.
 */
final class RequestScript {
  /** A mix is made of tenths. */
  private static final int MIX_UNIT = 10;

  /** So many requests at least have values of their own. */
  private static final int DISTINCT = 64;

  private final RequestTemplate[] templates;
  private final int[] offsets;
  private final ByteBuf bytes;
  private final int depth;
  private int next;

  private int lastCount;

  /**
   * @param read a GET
   * @param write a SET, or what else changes a key
   * @param seed of values and order; another one for each connection
   */
  RequestScript(RequestTemplate read, RequestTemplate write, Workload workload, long seed) {
    depth = workload.depth();
    int groups = (DISTINCT + depth - 1) / depth;
    while (workload.command().isMix() && groups * depth % MIX_UNIT != 0) {
      groups++;
    }
    SplittableRandom random = new SplittableRandom(seed);
    templates = new RequestTemplate[groups * depth];
    offsets = new int[templates.length + 1];
    arrange(read, write, templates.length * workload.command().readsInTen() / MIX_UNIT, random);
    int length = 0;
    for (int i = 0; i < templates.length; i++) {
      offsets[i] = length;
      length += templates[i].length();
    }
    offsets[templates.length] = length;
    bytes = Unpooled.directBuffer(length);
    for (RequestTemplate template : templates) {
      template.write(bytes, workload.valueBytes(), random);
    }
  }

  private void arrange(
      RequestTemplate read, RequestTemplate write, int reads, SplittableRandom random) {
    for (int i = 0; i < templates.length; i++) {
      templates[i] = i < reads ? read : write;
    }
    for (int i = templates.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      RequestTemplate moved = templates[i];
      templates[i] = templates[other];
      templates[other] = moved;
    }
  }

  /** Requests that the last {@link #group} holds. */
  int lastCount() {
    return lastCount;
  }

  /**
   * The next group, with its keys, in a buffer of its own; empty when no key is left, and shorter
   * than the depth when they end within it.
   */
  ByteBuf group(ByteBufAllocator allocator, KeySequence keys) {
    int from = next;
    int base = offsets[from];
    int whole = offsets[from + depth] - base;
    ByteBuf out = allocator.directBuffer(Math.max(1, whole));
    out.writeBytes(bytes, base, whole);
    int count = 0;
    for (; count < depth; count++) {
      int key = keys.next();
      if (key == KeySequence.END) {
        out.writerIndex(offsets[from + count] - base);
        break;
      }
      templates[from + count].patch(out, offsets[from + count] - base, key);
    }
    lastCount = count;
    next = from + depth == templates.length ? 0 : from + depth;
    return out;
  }

  /** Gives the memory back. */
  void release() {
    bytes.release();
  }
}
