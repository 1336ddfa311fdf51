/**
 * The messages of V-Proto: code that {@code src/protocol/generate} writes from {@code
 * src/protocol/vproto.fbs}. Do not edit. Accessors read the buffer where it lies and trust it: run
 * {@link io.velocitydb.protocol.message.Verifier} first on bytes from outside.
 */
package io.velocitydb.protocol.fbs;
