package io.velocitydb.engine.memtable;

import io.velocitydb.engine.cursor.KeyCodes;
import io.velocitydb.engine.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an {@link Arena} in internal order: a B-link tree (P. Lehman, S. Yao, "Efficient
 * locking for concurrent operations on B-trees", 1981) whose pages hold {@link KeyCodes codes}
 * beside pointers, so that a search touches a cache line or two per level and mostly no key. One
 * thread inserts; any thread reads at any time without locks. Nothing is ever removed.
 *
 * <p>Why readers need no lock: within a page, a pointer only ever moves to a higher slot, and is
 * written there before its old slot is reused. So who walks a page upwards meets every entry, some
 * of them twice; and who looks into a slot later than its code meets the same or a lower entry.
 * Inner pages therefore lead at worst too far to the left, from where right links lead on. A full
 * page is split by copying its upper half into a new page on the right; the copied slots are reused
 * afterwards, which a leaf tells by the number of its splits, kept in one word with its count: a
 * reader that finds it changed searches the leaf again.
 *
 * <p>Rejected: a skip list. Each of its nodes is a cache line of its own, a dozen misses in a
 * search among 600,000 entries.
 */
final class EntryTree {
  private static final int LEAF_SLOTS = 32;
  private static final int INNER_SLOTS = 64;

  // A page: a header, the codes of its slots, their nodes, and in inner pages their children.
  /** {@code splits << 32 | slots in use}. */
  private static final int SPLITS_AND_COUNT = 0;

  /** 0 for leaves. */
  private static final int LEVEL = 8;

  private static final int RIGHT = 16;

  /** What lies on the right: code and node of the right page's first entry; no node: nothing. */
  private static final int HIGH_CODE = 24;

  private static final int HIGH_NODE = 32;
  private static final int CODES = 64;
  private static final int PAGE_ALIGNMENT = 64;

  /** Beyond what an arena of any size can hold. */
  private static final int MAX_LEVELS = 16;

  /** Nodes from which a shared prefix is derived. */
  static final int LEAST_SAMPLE = 16;

  private final Arena arena;
  private final KeyCodes codes;

  /** The first leaf, for ever. */
  private final long first;

  private volatile long root;

  private static final long[] NO_PATH = {};

  /** Of the writer: the inner pages of its last search, by level. */
  private final long[] path = new long[MAX_LEVELS];

  private EntryTree(Arena arena, KeyCodes codes) {
    this.arena = arena;
    this.codes = codes;
    first = newPage(0);
    root = first;
  }

  /** An empty tree for keys of which most begin with a prefix. */
  static EntryTree expecting(byte[] sharedPrefix, Arena arena) {
    return new EntryTree(arena, codesExpecting(sharedPrefix, arena));
  }

  /** Codes that live as long as the arena. */
  static KeyCodes codesExpecting(byte[] sharedPrefix, Arena arena) {
    int length = Math.min(sharedPrefix.length, KeyCodes.MOST_PREFIX_BYTES);
    long prefix = length == 0 ? 0 : arena.allocate(length, 1);
    Memory.copy(sharedPrefix, 0, prefix, length);
    return new KeyCodes(prefix, length);
  }

  /** A place between two entries, or at one; used again for every search of one thread. */
  static final class Position {
    private long leaf;
    private long splits;
    private int slot;
    private long node;

    /** The entry here, or 0 at the end. */
    long node() {
      return node;
    }

    /** At no entry. */
    void clear() {
      setNode(0);
    }

    private void set(long newLeaf, long newSplits, int newSlot, long newNode) {
      leaf = newLeaf;
      splits = newSplits;
      slot = newSlot;
      node = newNode;
    }

    /** At a node whose slot is not known: a step from here searches. */
    private void setNode(long newNode) {
      set(0, 0, 0, newNode);
    }
  }

  // ---- Pages

  private long newPage(int level) {
    int slots = level == 0 ? LEAF_SLOTS : INNER_SLOTS;
    int arrays = level == 0 ? 2 : 3;
    long page = arena.allocate(CODES + slots * arrays * Long.BYTES, PAGE_ALIGNMENT);
    Memory.fill(page, CODES, (byte) 0);
    Memory.putInt(page + LEVEL, level);
    Memory.putLong(page + HIGH_CODE, -1);
    return page;
  }

  private static int level(long page) {
    return Memory.getInt(page + LEVEL);
  }

  private static long splitsAndCount(long page) {
    return Memory.getLongAcquire(page + SPLITS_AND_COUNT);
  }

  private static int count(long splitsAndCount) {
    return (int) splitsAndCount;
  }

  private static long splits(long splitsAndCount) {
    return splitsAndCount >>> 32;
  }

  private static long right(long page) {
    return Memory.getLongAcquire(page + RIGHT);
  }

  private static long code(long page, int slot) {
    return Memory.getLongAcquire(page + CODES + (long) slot * Long.BYTES);
  }

  private static long nodes(long page) {
    return page + CODES + (level(page) == 0 ? LEAF_SLOTS : INNER_SLOTS) * (long) Long.BYTES;
  }

  private static long node(long nodes, int slot) {
    return Memory.getLongAcquire(nodes + (long) slot * Long.BYTES);
  }

  private static long children(long page) {
    return page + CODES + 2L * INNER_SLOTS * Long.BYTES;
  }

  // ---- Searching

  /** What is sought: entries are before it if they compare lower than {@code bias} with it. */
  private static boolean isBefore(
      long codeHere, long node, long code, long key, int keyLength, long sequence, int bias) {
    return codeHere != code
        ? Long.compareUnsigned(codeHere, code) < 0
        : order(node, key, keyLength, sequence) < bias;
  }

  /** Below, at or above zero as the node is before, at or after (key, sequence). */
  static int order(long node, long key, int keyLength, long sequence) {
    int order =
        Memory.compare(EntryNode.keyAddress(node), EntryNode.keyLength(node), key, keyLength);
    return order != 0 ? order : Long.compare(sequence, EntryNode.sequence(node));
  }

  /**
   * A leaf at or before the one with the boundary between what is before the target and what is
   * not; its first entry is before the target, unless it is the first leaf.
   */
  private long leafFor(
      long code, long key, int keyLength, long sequence, int bias, long[] pathOrEmpty) {
    long page = root;
    for (; ; ) {
      page = hopRight(page, code, key, keyLength, sequence, bias);
      int level = level(page);
      if (level == 0) {
        return page;
      }
      if (pathOrEmpty.length > 0) {
        pathOrEmpty[level] = page;
      }
      // The first slot is before every target that comes here.
      int slots = count(splitsAndCount(page));
      int slot = lastBefore(page, 1, slots, code, key, keyLength, sequence, bias);
      page = node(children(page), slot);
    }
  }

  private static long hopRight(
      long start, long code, long key, int keyLength, long sequence, int bias) {
    long page = start;
    for (; ; ) {
      long highCode = Memory.getLongAcquire(page + HIGH_CODE);
      long highNode = Memory.getLongAcquire(page + HIGH_NODE);
      if (highNode == 0 || !isBefore(highCode, highNode, code, key, keyLength, sequence, bias)) {
        return page;
      }
      // Read after the bound, and written before it: at worst it leads less far.
      page = right(page);
    }
  }

  /** The last slot from {@code from - 1} on whose entry is before the target. */
  private static int lastBefore(
      long page, int from, int to, long code, long key, int keyLength, long sequence, int bias) {
    long nodes = nodes(page);
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      long codeHere = code(page, middle);
      boolean before =
          codeHere != code
              ? Long.compareUnsigned(codeHere, code) < 0
              : order(node(nodes, middle), key, keyLength, sequence) < bias;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /**
   * Finds the first entry that is not before the target.
   *
   * @param at is put there, if not null
   * @param wantBefore whether the answer is to be the entry before it instead
   */
  private long search(
      @Nullable Position at,
      long code,
      long key,
      int keyLength,
      long sequence,
      int bias,
      boolean wantBefore) {
    long leaf = leafFor(code, key, keyLength, sequence, bias, NO_PATH);
    long before = 0;
    searchLeaf:
    for (; ; ) {
      long word = splitsAndCount(leaf);
      long splits = splits(word);
      long nodes = nodes(leaf);
      int slot = lastBefore(leaf, 0, count(word), code, key, keyLength, sequence, bias);
      if (slot >= 0) {
        before = node(nodes, slot);
      }
      for (; ; ) {
        word = splitsAndCount(leaf);
        if (++slot >= count(word)) {
          break;
        }
        long node = node(nodes, slot);
        if (splits(splitsAndCount(leaf)) != splits) {
          continue searchLeaf;
        }
        if (order(node, key, keyLength, sequence) >= bias) {
          return found(at, leaf, splits, slot, wantBefore ? before : node);
        }
        // It came here from a lower slot, or its code had not come here yet.
        before = node;
      }
      long right = right(leaf);
      if (splits(splitsAndCount(leaf)) != splits) {
        continue;
      }
      if (right == 0) {
        return found(at, 0, 0, 0, wantBefore ? before : 0);
      }
      // The lowest entry of a page stays where it is.
      splits = splits(splitsAndCount(right));
      long node = node(nodes(right), 0);
      if (order(node, key, keyLength, sequence) >= bias) {
        return found(at, right, splits, 0, wantBefore ? before : node);
      }
      leaf = right;
    }
  }

  private static long found(@Nullable Position at, long leaf, long splits, int slot, long node) {
    if (at != null) {
      at.set(leaf, splits, slot, node);
    }
    return node;
  }

  /** The last entry at or before (key, sequence), or 0. */
  long atOrBefore(long key, int keyLength, long sequence) {
    return search(null, codes.of(key, keyLength), key, keyLength, sequence, 1, true);
  }

  /** The first entry at or after (key, sequence), or 0. */
  long atOrAfter(long key, int keyLength, long sequence) {
    return search(null, codes.of(key, keyLength), key, keyLength, sequence, 0, false);
  }

  /** Goes to the first entry at or after (key, sequence). */
  void atOrAfter(Position at, long key, int keyLength, long sequence) {
    search(at, codes.of(key, keyLength), key, keyLength, sequence, 0, false);
  }

  /** Goes to the last entry at or before (key, sequence). */
  void atOrBefore(Position at, long key, int keyLength, long sequence) {
    at.setNode(atOrBefore(key, keyLength, sequence));
  }

  boolean isEmpty() {
    return count(splitsAndCount(first)) == 0;
  }

  /** Goes to the first entry. */
  void first(Position at) {
    long word = splitsAndCount(first);
    at.set(first, splits(word), 0, count(word) == 0 ? 0 : node(nodes(first), 0));
  }

  /** Goes to the last entry. */
  void last(Position at) {
    long page = root;
    for (; ; ) {
      for (long right = right(page); right != 0; right = right(page)) {
        page = right;
      }
      long word = splitsAndCount(page);
      if (level(page) > 0) {
        page = node(children(page), count(word) - 1);
        continue;
      }
      long node = count(word) == 0 ? 0 : node(nodes(page), count(word) - 1);
      if (right(page) == 0 && splitsAndCount(page) == word) {
        at.setNode(node);
        return;
      }
    }
  }

  /** Goes to the next entry. */
  void next(Position at) {
    long node = at.node;
    long leaf = at.leaf;
    if (leaf != 0) {
      long word = splitsAndCount(leaf);
      long nodes = nodes(leaf);
      int slot = at.slot + 1;
      boolean inPlace = splits(word) == at.splits && node(nodes, at.slot) == node;
      if (inPlace && slot < count(word)) {
        long next = node(nodes, slot);
        // Entries may have been inserted before it since: the next slot then holds a lower one.
        boolean stillThere = node(nodes, at.slot) == node;
        if (next != node && stillThere && splits(splitsAndCount(leaf)) == at.splits) {
          at.slot = slot;
          at.node = next;
          return;
        }
      } else if (inPlace) {
        long right = right(leaf);
        long there = right == 0 ? 0 : splits(splitsAndCount(right));
        long next = right == 0 ? 0 : node(nodes(right), 0);
        // A split under way links its page, which begins further left, before it is counted.
        if (splits(splitsAndCount(leaf)) == at.splits && (next == 0 || isAfter(next, node))) {
          at.set(right, there, 0, next);
          return;
        }
      }
    }
    // Entries were inserted around it: it is somewhere else now.
    long key = EntryNode.keyAddress(node);
    int keyLength = EntryNode.keyLength(node);
    search(at, codes.of(key, keyLength), key, keyLength, EntryNode.sequence(node), 1, false);
  }

  private static boolean isAfter(long node, long other) {
    long key = EntryNode.keyAddress(other);
    return order(node, key, EntryNode.keyLength(other), EntryNode.sequence(other)) > 0;
  }

  /** Goes to the entry before. */
  void previous(Position at) {
    long key = EntryNode.keyAddress(at.node);
    int keyLength = EntryNode.keyLength(at.node);
    long sequence = EntryNode.sequence(at.node);
    at.setNode(search(null, codes.of(key, keyLength), key, keyLength, sequence, 0, true));
  }

  // ---- Inserting

  /** Adds an entry, whose key and sequence must be new. Writer only. */
  void insert(long node) {
    long key = EntryNode.keyAddress(node);
    int keyLength = EntryNode.keyLength(node);
    long sequence = EntryNode.sequence(node);
    long code = codes.of(key, keyLength);
    long leaf = leafFor(code, key, keyLength, sequence, 0, path);
    int count = count(splitsAndCount(leaf));
    int slot = lastBefore(leaf, 0, count, code, key, keyLength, sequence, 0) + 1;
    insert(leaf, slot, code, node, 0);
  }

  private void insert(long page, int slot, long code, long node, long child) {
    int level = level(page);
    int slots = level == 0 ? LEAF_SLOTS : INNER_SLOTS;
    int count = count(splitsAndCount(page));
    if (count < slots) {
      put(page, count, slot, code, node, child);
      return;
    }
    long right = newPage(level);
    boolean append = slot == slots && right(page) == 0;
    int kept = append ? slots : slots / 2;
    int moved = slots - kept;
    Memory.copy(page + CODES + kept * 8L, right + CODES, moved * 8L);
    Memory.copy(nodes(page) + kept * 8L, nodes(right), moved * 8L);
    if (level > 0) {
      Memory.copy(children(page) + kept * 8L, children(right), moved * 8L);
    }
    Memory.putLong(right + SPLITS_AND_COUNT, moved);
    Memory.putLong(right + RIGHT, right(page));
    Memory.putLong(right + HIGH_CODE, Memory.getLong(page + HIGH_CODE));
    Memory.putLong(right + HIGH_NODE, Memory.getLong(page + HIGH_NODE));
    if (append) {
      put(right, 0, 0, code, node, child);
    }
    long low = node(nodes(right), 0);
    long lowCode = code(right, 0);
    Memory.putLongRelease(page + RIGHT, right);
    Memory.putLongRelease(page + HIGH_CODE, lowCode);
    Memory.putLongRelease(page + HIGH_NODE, low);
    if (!append) {
      long word = splitsAndCount(page);
      Memory.putLongRelease(page + SPLITS_AND_COUNT, ((splits(word) + 1) << 32) | kept);
      if (slot <= kept) {
        put(page, kept, slot, code, node, child);
      } else {
        put(right, moved, slot - kept, code, node, child);
      }
    }
    insertIntoParent(page, level + 1, lowCode, low, right);
  }

  private void insertIntoParent(long left, int level, long code, long node, long right) {
    if (left == root) {
      long top = newPage(level);
      Memory.putLong(top + CODES, 0);
      Memory.putLong(nodes(top), 0);
      Memory.putLong(children(top), left);
      Memory.putLong(top + SPLITS_AND_COUNT, 1);
      put(top, 1, 1, code, node, right);
      root = top;
      return;
    }
    long parent = path[level];
    long children = children(parent);
    int slot = 0;
    while (node(children, slot) != left) {
      slot++;
    }
    insert(parent, slot + 1, code, node, right);
  }

  /** Makes room at a slot and fills it, in the order that readers rely on. */
  private static void put(long page, int count, int slot, long code, long node, long child) {
    long codes = page + CODES;
    long nodes = nodes(page);
    long children = level(page) == 0 ? 0 : children(page);
    long word = splitsAndCount(page) + 1;
    if (slot == count) {
      store(children, slot, child);
      store(nodes, slot, node);
      store(codes, slot, code);
      Memory.putLongRelease(page + SPLITS_AND_COUNT, word);
      return;
    }
    // The last first, and counted, so that it never lies behind the end.
    store(children, count, children == 0 ? 0 : node(children, count - 1));
    store(nodes, count, node(nodes, count - 1));
    store(codes, count, node(codes, count - 1));
    Memory.putLongRelease(page + SPLITS_AND_COUNT, word);
    shift(children, count - 1, slot, child);
    shift(nodes, count - 1, slot, node);
    shift(codes, count - 1, slot, code);
  }

  private static void shift(long array, int last, int slot, long value) {
    if (array == 0) {
      return;
    }
    for (int i = last; i > slot; i--) {
      Memory.putLongRelease(array + i * 8L, Memory.getLong(array + (i - 1) * 8L));
    }
    Memory.putLongRelease(array + slot * 8L, value);
  }

  private static void store(long array, int slot, long value) {
    if (array != 0) {
      Memory.putLongRelease(array + slot * 8L, value);
    }
  }

  // ---- What the next tree may expect

  /**
   * What the keys in the middle have in common at their beginning: of a sample, those that are
   * neither among the lowest nor among the highest quarter. Empty if there are few. Writer only.
   */
  byte[] sharedPrefix() {
    long page = root;
    int sample = countOnLevel(page);
    while (sample < LEAST_SAMPLE && level(page) > 0) {
      page = node(children(page), 0);
      sample = countOnLevel(page);
    }
    if (sample < LEAST_SAMPLE) {
      return new byte[0];
    }
    return EntryNode.commonPrefix(
        nodeOnLevel(page, sample / 4), nodeOnLevel(page, sample - 1 - sample / 4));
  }

  private static int countOnLevel(long leftmost) {
    int all = 0;
    for (long page = leftmost; page != 0; page = right(page)) {
      all += count(splitsAndCount(page));
    }
    return all;
  }

  private static long nodeOnLevel(long leftmost, int index) {
    long page = leftmost;
    int rest = index;
    while (rest >= count(splitsAndCount(page))) {
      rest -= count(splitsAndCount(page));
      page = right(page);
    }
    return node(nodes(page), rest);
  }
}
