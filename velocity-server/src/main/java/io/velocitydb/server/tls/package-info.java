/**
 * The server's certificate and key: made at the first start or named by the configuration, and the
 * fingerprint by which clients know the key again. A key file is never readable by others, and a
 * renewed certificate keeps its key. Start at {@link io.velocitydb.server.tls.CertificateFolder}.
 */
@NullMarked
package io.velocitydb.server.tls;

import org.jspecify.annotations.NullMarked;
