/**
 * What a load generator reaches when the server has nothing to do: a responder that counts requests
 * and writes canned replies, in V-Proto and RESP. Its rate is the ceiling of a comparison. Start at
 * {@link io.velocitydb.bench.responder.Responder}.
 */
@NullMarked
package io.velocitydb.bench.responder;

import org.jspecify.annotations.NullMarked;
