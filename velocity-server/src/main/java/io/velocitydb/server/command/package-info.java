/**
 * The commands on keys and values, and those on the connection itself: opcodes 0x12 to 0x2C. Each
 * checks its request and the sender's scopes before it touches anything. Start at {@link
 * io.velocitydb.server.command.KeyCommands}.
 */
@NullMarked
package io.velocitydb.server.command;

import org.jspecify.annotations.NullMarked;
