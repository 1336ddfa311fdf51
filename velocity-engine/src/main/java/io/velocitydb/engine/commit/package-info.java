/**
 * How writes of many threads become one ordered history: batches are queued, resolved against what
 * was applied before, written as groups to the log and into the memtable, published in order and
 * completed. Start at {@link io.velocitydb.engine.commit.CommitPipeline}, whose {@link
 * io.velocitydb.engine.commit.CommitEnvironment} lets it be tested without a database.
 */
@NullMarked
package io.velocitydb.engine.commit;

import org.jspecify.annotations.NullMarked;
