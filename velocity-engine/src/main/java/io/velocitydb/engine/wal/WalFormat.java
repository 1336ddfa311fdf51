package io.velocitydb.engine.wal;

import io.velocitydb.engine.vfs.NumberedFiles;

/**
 * Names and constants of log segments. A group is one record of a segment (var: 7 bits per byte,
 * lowest first):
 *
 * <pre>
 *   type             u8   1
 *   commitTime       u64  milliseconds since the Unix epoch, never less than in the group before
 *   owner            var  number of the database
 *   firstSequence    var
 *   syncedSegment    var  everything before this place was known to be synced
 *   syncedOffset     var
 *   previousSegment  var  the segment before this one, 0 for none
 *   previousEnd      var  where it ended
 *   entries, each:
 *     kind           u8   bit 7: an expiry follows
 *     encoding       u8
 *     sequence       var  minus that of the entry before (of the first: minus firstSequence)
 *     keyLength      var
 *     valueLength    var
 *     expiresAt      u64  only with bit 7 of the kind
 *     key, value
 * </pre>
 */
final class WalFormat {
  static final long MAGIC = 0x314C4157474F4C56L; // "VLOGWAL1" as bytes
  static final int FORMAT = 1;

  static final int GROUP = 1;

  /** Set in an entry's kind when an expiry follows. */
  static final int HAS_EXPIRY = 0x80;

  /** Names of segments. */
  static final NumberedFiles SEGMENTS = new NumberedFiles(".wal");

  private WalFormat() {}
}
