/**
 * The RESP listener's side of a connection: requests as Redis' clients send them, executed by the
 * engine under the same rules as V-Proto's (users, scopes, order, limits). It promises Redis' own
 * replies and error texts for the commands it has. Start at {@link
 * io.velocitydb.server.resp.RespSession}; the commands are listed in {@link
 * io.velocitydb.server.resp.RespCommands}.
 */
@NullMarked
package io.velocitydb.server.resp;

import org.jspecify.annotations.NullMarked;
