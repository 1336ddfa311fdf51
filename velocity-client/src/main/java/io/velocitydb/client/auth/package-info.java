/**
 * Who the client is and how it proves it: credentials, and the keys derived from them, kept so that
 * reconnecting is cheap.
 *
 * <p>A password or token never leaves the process. Start with {@link
 * io.velocitydb.client.auth.Credentials}.
 */
@NullMarked
package io.velocitydb.client.auth;

import org.jspecify.annotations.NullMarked;
