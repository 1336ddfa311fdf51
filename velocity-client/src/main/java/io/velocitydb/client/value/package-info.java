/**
 * Keys and values as programs see them: bytes, text, or objects as JSON, and durations in words.
 *
 * <p>What is set as text comes back as text, what is set as an object comes back as an object: the
 * encoding travels and is stored with the value. Everything here is immutable. Start with {@link
 * io.velocitydb.client.value.Value}.
 */
@NullMarked
package io.velocitydb.client.value;

import org.jspecify.annotations.NullMarked;
