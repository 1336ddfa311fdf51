/**
 * The quick look at one server: SET and GET at two depths and two durabilities. Start at {@link
 * io.velocitydb.bench.smoke.SmokeCommand}.
 */
@NullMarked
package io.velocitydb.bench.smoke;

import org.jspecify.annotations.NullMarked;
