/**
 * V-Proto written out by hand, well-formed or not, independent of the product's own code: what a
 * careless or hostile program could send. {@link io.velocitydb.e2e.wire.Frame} is a frame, {@link
 * io.velocitydb.e2e.wire.Bodies} makes bodies, {@link io.velocitydb.e2e.wire.TableReader} reads
 * answers, {@link io.velocitydb.e2e.wire.RawConnection} carries any bytes. Every read has a
 * deadline. Start with {@code RawConnection}.
 */
@NullMarked
package io.velocitydb.e2e.wire;

import org.jspecify.annotations.NullMarked;
