/**
 * Who logged in or failed to, who administered what, and what was refused for want of rights: a
 * line of JSON each, in a file for its owner alone. Nobody waits for it: what finds no room in the
 * queue is dropped and counted. Neither values nor secrets come here. Start at {@link
 * io.velocitydb.server.audit.AuditLog}.
 */
@NullMarked
package io.velocitydb.server.audit;

import org.jspecify.annotations.NullMarked;
