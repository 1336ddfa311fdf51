/**
 * What {@code /q/health} says: <em>started</em> once the logs are replayed, <em>live</em> while no
 * event loop is stuck, <em>ready</em> while requests are served; whether writes are taken is a
 * check of its own ({@code /q/health/well}), because a full disk must not take reading away.
 */
@NullMarked
package io.velocitydb.server.health;

import org.jspecify.annotations.NullMarked;
