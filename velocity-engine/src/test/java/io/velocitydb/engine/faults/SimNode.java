package io.velocitydb.engine.faults;

/** What a name in a {@link SimVfs} can mean. */
sealed interface SimNode permits SimInode, SimDirectory {}
