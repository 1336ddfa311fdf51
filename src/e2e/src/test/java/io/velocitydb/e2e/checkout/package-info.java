/**
 * The checkout that these tests belong to: where its root is, and which of its files are source.
 * Read only, and the same for the length of a test run. Start with {@link
 * io.velocitydb.e2e.checkout.Repository}.
 */
@NullMarked
package io.velocitydb.e2e.checkout;

import org.jspecify.annotations.NullMarked;
