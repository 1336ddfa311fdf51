/**
 * Certificates and private keys in PEM files, as server and client are given them. Every problem
 * says in one line which file it is and what to do. Start at {@link
 * io.velocitydb.protocol.pem.PemText}.
 */
@NullMarked
package io.velocitydb.protocol.pem;

import org.jspecify.annotations.NullMarked;
