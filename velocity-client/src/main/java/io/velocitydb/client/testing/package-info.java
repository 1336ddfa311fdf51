/**
 * For the tests of programs that use Velocity: a server in memory that speaks V-Proto over
 * loopback, and goes wrong on demand.
 *
 * <p>It answers all commands on keys as a real server does, keeps nothing, and knows no roles.
 * Start with {@link io.velocitydb.client.testing.FakeServer}.
 */
@NullMarked
package io.velocitydb.client.testing;

import org.jspecify.annotations.NullMarked;
