/**
 * Tests of the packaged product from outside, as its users meet it: a first run on real input,
 * servers killed without mercy, bad input at every edge, and every command of the documentation.
 * They know the product by its command line, its files and its wire protocol only. Start with
 * {@code FirstRunIT}.
 */
@NullMarked
package io.velocitydb.e2e.product;

import org.jspecify.annotations.NullMarked;
